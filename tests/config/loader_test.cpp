#include "config/loader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <set>

#include "config/schema.hpp"

namespace framewright::config {
namespace {

using engine::FieldError;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;

class Loader : public ::testing::Test {
 protected:
  Loader() {
    auto pattern = (std::filesystem::temp_directory_path() / "framewright-config-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    sources_.directory = directory_;
  }
  ~Loader() override { std::filesystem::remove_all(directory_); }

  std::filesystem::path write(const std::string& name, const std::string& text) {
    std::ofstream(directory_ / name) << text;
    return directory_ / name;
  }
  Configuration loaded() {
    auto result = load(sources_);
    EXPECT_TRUE(result.has_value());
    if (!result) {
      for (const auto& mistake : result.error().fields)
        ADD_FAILURE() << mistake.field << ": " << mistake.message;
      return {};
    }
    return *result;
  }
  std::vector<FieldError> mistakes() {
    const auto result = load(sources_);
    EXPECT_FALSE(result.has_value());
    return result ? std::vector<FieldError>{} : result.error().fields;
  }
  /// The one mistake that the file `text` leads to.
  FieldError mistake_in(const std::string& text) {
    sources_.file = write("given.yaml", text);
    const auto all = mistakes();
    EXPECT_EQ(all.size(), 1u);
    return all.empty() ? FieldError{} : all.front();
  }

  std::filesystem::path directory_;
  Sources sources_;
};

std::string shown(const Configuration& configuration, std::string_view key) {
  for (const auto& setting : effective_settings(configuration)) {
    if (setting.key == key) return setting.value;
  }
  return "no such key";
}

TEST_F(Loader, UsesBuiltInDefaultsWithoutAnyFile) {
  const auto configuration = loaded();
  EXPECT_EQ(configuration.settings.http.port, 8080);
  EXPECT_TRUE(configuration.files.empty());
  EXPECT_EQ(effective_settings(configuration).front().origin, "built-in default");
}

TEST_F(Loader, PutsEachLayerOverTheOneBefore) {
  write("default.yaml",
        "environment: staging\nhttp: {port: 1, threads: 1}\nlog: {level: error}\nworkers: {cpu: 1}\n");
  write("staging.yaml", "http: {port: 2, threads: 2}\nlog: {level: warn}\nworkers: {cpu: 2}\n");
  sources_.file = write("mine.yaml", "http: {port: 3, threads: 3}\nlog: {level: debug}\n");
  sources_.variables = {"FRAMEWRIGHT_HTTP_PORT=4", "FRAMEWRIGHT_HTTP_THREADS=4", "PATH=/bin"};
  sources_.overrides = {"http.port=5"};
  const auto configuration = loaded();
  EXPECT_EQ(configuration.settings.http.port, 5);
  EXPECT_EQ(configuration.settings.http.threads, 4);
  EXPECT_EQ(configuration.settings.log.level, "debug");
  EXPECT_EQ(configuration.settings.workers.cpu, 2);
  EXPECT_EQ(configuration.files.size(), 3u);
}

TEST_F(Loader, TellsWhereEachValueComesFrom) {
  const auto file = write("default.yaml", "http:\n  port: 1\n  threads: 1\ngrpc:\n  port: 5\n");
  sources_.variables = {"FRAMEWRIGHT_HTTP_THREADS=4"};
  sources_.overrides = {"workers.cpu=1"};
  const auto origins = loaded().origins;
  EXPECT_EQ(origins.at("http.port"), file.string() + ":2");
  EXPECT_EQ(origins.at("http.threads"), "FRAMEWRIGHT_HTTP_THREADS");
  EXPECT_EQ(origins.at("workers.cpu"), "--set");
  EXPECT_EQ(origins.at("grpc.port"), file.string() + ":5");
}

TEST_F(Loader, LetsTheHighestLayerChooseTheEnvironment) {
  write("default.yaml", "environment: development\n");
  write("development.yaml", "http: {port: 1}\n");
  write("production.yaml", "http: {port: 2}\n");
  sources_.variables = {"FRAMEWRIGHT_ENVIRONMENT=development"};
  sources_.overrides = {"environment=production"};
  EXPECT_EQ(loaded().settings.http.port, 2);
}

TEST_F(Loader, RefusesAnEnvironmentFileThatNamesAnotherEnvironment) {
  write("development.yaml", "environment: production\n");
  EXPECT_THAT(mistakes(), ElementsAre(Field(&FieldError::message, HasSubstr("chosen before this file"))));
}

TEST_F(Loader, NeverReadsAFileOutsideItsFolderForAnEnvironment) {
  sources_.overrides = {"environment=../../etc/passwd"};
  EXPECT_THAT(mistakes(), ElementsAre(Field(&FieldError::message, HasSubstr("a name of a-z"))));
}

TEST_F(Loader, ListsEveryMistakeOfEveryLayer) {
  const auto file = write("default.yaml", "http:\n  prot: 1\n  threads: many\nnonsense:\n  deep: 1\n");
  sources_.variables = {"FRAMEWRIGHT_HTTP_PRT=1"};
  sources_.overrides = {"http.port=70000", "log.level", "htp.port=1"};
  const auto all = mistakes();
  EXPECT_EQ(all.size(), 7u);
  const auto at = [](const std::string& place, const std::string& message) {
    return AllOf(Field(&FieldError::field, place), Field(&FieldError::message, HasSubstr(message)));
  };
  EXPECT_THAT(all, Contains(at(file.string() + ":2", "http.prot: unknown key; did you mean http.port?")));
  EXPECT_THAT(all, Contains(at(file.string() + ":3", "'many' is not an integer from 0 to 256")));
  EXPECT_THAT(all, Contains(at(file.string() + ":4", "nonsense: unknown key")));
  EXPECT_THAT(all, Contains(at("FRAMEWRIGHT_HTTP_PRT", "did you mean FRAMEWRIGHT_HTTP_PORT?")));
  EXPECT_THAT(all, Contains(at("--set", "'70000' is not an integer from 0 to 65535")));
  EXPECT_THAT(all, Contains(at("--set", "expected key=value")));
  EXPECT_THAT(all, Contains(at("--set", "htp.port: unknown key; did you mean http.port?")));
}

TEST_F(Loader, RefusesDuplicateKeysAndNamesBothLines) {
  const auto mistake = mistake_in("http:\n  port: 1\n  port: 2\n");
  EXPECT_THAT(mistake.field, EndsWith("given.yaml:3"));
  EXPECT_EQ(mistake.message, "http.port: given twice, first in line 2");
}

TEST_F(Loader, RefusesASectionThatIsGivenTwice) {
  EXPECT_THAT(mistake_in("http: {port: 1}\nhttp: {threads: 1}\n").message, HasSubstr("http: given twice"));
}

TEST_F(Loader, RefusesTextThatIsNotYaml) {
  const auto mistake = mistake_in("http:\n  port: [1\nlog: {\n");
  EXPECT_THAT(mistake.message, HasSubstr("not YAML"));
  EXPECT_THAT(mistake.field, HasSubstr("given.yaml:"));
}

TEST_F(Loader, RefusesAScalarForASectionAndASectionForAScalar) {
  EXPECT_THAT(mistake_in("http: 8080\n").message, HasSubstr("http: is a section"));
  EXPECT_THAT(mistake_in("http:\n  port: {number: 1}\n").message, HasSubstr("http.port: has no value"));
  EXPECT_THAT(mistake_in("http:\n  port:\n").message, HasSubstr("http.port: has no value"));
  EXPECT_THAT(mistake_in("http:\n  port: [1]\n").message, HasSubstr("'a list' is not an integer"));
  EXPECT_THAT(mistake_in("accelerators: cpu\n").message, HasSubstr("'cpu' is not a list of cpu, cuda"));
  EXPECT_THAT(mistake_in("- http\n").message, HasSubstr("expected sections and keys"));
  EXPECT_THAT(mistake_in("log: {level: info}\n---\nlog: {level: warn}\n").message,
              HasSubstr("second document"));
}

TEST_F(Loader, RefusesValuesOutsideTheirChoices) {
  EXPECT_THAT(mistake_in("log: {level: loud}\n").message, HasSubstr("one of trace, debug, info, warn"));
  EXPECT_THAT(mistake_in("accelerators: [cpu, tpu]\n").message,
              HasSubstr("'tpu' is not a list of cpu, cuda"));
  EXPECT_THAT(mistake_in("jobs: {store: mysql}\n").message, HasSubstr("sqlite or a postgresql:// URL"));
  EXPECT_THAT(mistake_in("http: {allowed_origins: [example.org]}\n").message,
              HasSubstr("https://example.org"));
  EXPECT_THAT(mistake_in("cluster: {join: [\"node7\"]}\n").message, HasSubstr("HOST:PORT"));
  EXPECT_THAT(mistake_in("shutdown: {timeout: 30}\n").message, HasSubstr("a duration such as 500ms"));
  EXPECT_THAT(mistake_in("limits: {body_bytes: 32MB}\n").message, HasSubstr("a size such as"));
  EXPECT_THAT(mistake_in("output: {webp_method: 7}\n").message, HasSubstr("6"));
}

TEST_F(Loader, TakesListsFromVariablesAndOverridesByComma) {
  sources_.variables = {"FRAMEWRIGHT_ACCELERATORS=cpu,cuda"};
  sources_.overrides = {"cluster.join=localhost:1,127.0.0.2:2"};
  const auto settings = loaded().settings;
  EXPECT_THAT(settings.accelerators, ElementsAre("cpu", "cuda"));
  EXPECT_THAT(settings.cluster.join, ElementsAre("localhost:1", "127.0.0.2:2"));
}

TEST_F(Loader, LetsAnOverrideHoldAnEqualsSign) {
  sources_.overrides = {"jobs.store=postgresql://db/jobs?sslmode=require"};
  EXPECT_EQ(loaded().settings.jobs.store, "postgresql://db/jobs?sslmode=require");
}

TEST_F(Loader, RefusesANamedFileThatCannotBeRead) {
  sources_.file = directory_ / "absent.yaml";
  EXPECT_THAT(mistakes(), ElementsAre(Field(&FieldError::message, HasSubstr("No such file"))));
  sources_.file = directory_;
  EXPECT_THAT(mistakes(), ElementsAre(Field(&FieldError::message, HasSubstr("Is a directory"))));
}

TEST_F(Loader, RefusesAFileThatIsTooLarge) {
  EXPECT_THAT(mistake_in("#" + std::string(2 << 20, 'x')).message, HasSubstr("larger than 1MiB"));
}

TEST_F(Loader, TakesAnEmptyFile) {
  sources_.file = write("empty.yaml", "");
  EXPECT_EQ(loaded().settings.http.port, 8080);
  sources_.file = write("empty.yaml", "# nothing\nhttp:\n");
  EXPECT_EQ(loaded().settings.http.port, 8080);
}

TEST_F(Loader, RefusesATlsCertificateWithoutItsKey) {
  sources_.overrides = {"tls.certificate=/etc/cert.pem"};
  EXPECT_THAT(mistakes(), ElementsAre(AllOf(Field(&FieldError::field, "--set"),
                                            Field(&FieldError::message, HasSubstr("only one of the two")))));
}

TEST_F(Loader, NeverShowsPasswordsOrKeys) {
  sources_.overrides = {"jobs.store=postgresql://app:s3cret@db/jobs", "tls.certificate=/c.pem",
                        "tls.key=/k.pem"};
  const auto configuration = loaded();
  EXPECT_EQ(shown(configuration, "jobs.store"), "\"postgresql://app:***@db/jobs\"");
  EXPECT_EQ(shown(configuration, "tls.key"), "\"***\"");
  EXPECT_EQ(shown(configuration, "tls.certificate"), "\"/c.pem\"");
}

TEST_F(Loader, NeverRepeatsAPasswordInAMistake) {
  sources_.overrides = {"jobs.store=mysql://app:s3cret@db/jobs"};
  EXPECT_THAT(mistakes(), ElementsAre(Field(&FieldError::message, Not(HasSubstr("s3cret")))));
}

TEST_F(Loader, ReadsListsAsTheyAreShown) {
  for (const auto* list : {"cpu,cuda", "[cpu,cuda]", "[\"cpu\", \"cuda\"]", " cpu , cuda "}) {
    sources_.overrides = {std::string("accelerators=") + list};
    EXPECT_EQ(shown(loaded(), "accelerators"), "[\"cpu\", \"cuda\"]") << list;
  }
  sources_.overrides = {"accelerators=[]"};
  EXPECT_EQ(shown(loaded(), "accelerators"), "[]");
}

TEST_F(Loader, ShowsValuesThatReadBackAsTheSame) {
  sources_.overrides = {"limits.body_bytes=1536", "accelerators=cpu", "data.directory=/tmp/a \"b\"",
                        "cuda.batch_delay=0ms"};
  const auto configuration = loaded();
  EXPECT_EQ(shown(configuration, "limits.body_bytes"), "1536");
  EXPECT_EQ(shown(configuration, "accelerators"), "[\"cpu\"]");
  EXPECT_EQ(shown(configuration, "data.directory"), "\"/tmp/a \\\"b\\\"\"");
  EXPECT_EQ(shown(configuration, "cuda.batch_delay"), "0ms");
}

TEST_F(Loader, TakesTheEndpointOfTracesFromTheVariableThatEveryProgramKnows) {
  write("default.yaml", "tracing: {endpoint: \"\"}\n");
  sources_.variables = {"OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318", "OTEL_SERVICE_NAME=else"};
  const auto configuration = loaded();
  EXPECT_EQ(configuration.settings.tracing.endpoint, "http://collector:4318");
  EXPECT_EQ(configuration.origins.at("tracing.endpoint"), "OTEL_EXPORTER_OTLP_ENDPOINT");
  sources_.variables.emplace_back("OTEL_EXPORTER_OTLP_PROTOCOL=grpc");
  EXPECT_EQ(loaded().settings.tracing.endpoint, "");
}

TEST_F(Loader, AsksOpenTelemetrysVariableOnlyWhereNothingOfOursNamesTheEndpoint) {
  sources_.variables = {"OTEL_EXPORTER_OTLP_ENDPOINT=https://elsewhere", "FRAMEWRIGHT_TRACING_ENDPOINT="};
  EXPECT_EQ(loaded().settings.tracing.endpoint, "");
  sources_.variables = {"OTEL_EXPORTER_OTLP_ENDPOINT=https://elsewhere"};
  sources_.file = write("mine.yaml", "tracing: {endpoint: \"http://mine:1\"}\n");
  EXPECT_EQ(loaded().settings.tracing.endpoint, "http://mine:1");
  sources_.file.clear();
  EXPECT_THAT(mistakes(), ElementsAre(AllOf(Field(&FieldError::field, "OTEL_EXPORTER_OTLP_ENDPOINT"),
                                            Field(&FieldError::message, HasSubstr("http://HOST:PORT")))));
}

TEST(DefaultYaml, EqualsTheBuiltInDefaultsKeyByKey) {
  const auto from_file = load({.directory = FRAMEWRIGHT_CONFIG_DIRECTORY});
  ASSERT_TRUE(from_file.has_value());
  for (const auto& key : all_keys()) {
    EXPECT_EQ(shown_value(from_file->settings, key), shown_value(Settings{}, key)) << key.name;
    EXPECT_TRUE(from_file->origins.contains(key.name)) << key.name << " is missing in default.yaml";
  }
}

TEST(Schema, GivesEveryKeyItsOwnNameAndVariable) {
  std::set<std::string> names;
  for (const auto& key : all_keys()) {
    EXPECT_TRUE(names.insert(std::string(key.name)).second) << key.name;
    EXPECT_TRUE(names.insert(environment_name(key)).second) << key.name;
    EXPECT_FALSE(key.description.empty()) << key.name;
  }
}

TEST(Schema, GivesEveryKeyItsOwnPlaceInTheSettings) {
  Settings settings;
  std::set<const void*> places;
  for (const auto& key : all_keys()) {
    const auto slot = key.slot(settings);
    const void* place = std::visit([](auto* target) -> const void* { return target; }, slot);
    EXPECT_TRUE(places.insert(place).second) << key.name;
  }
}

TEST(Schema, AcceptsItsOwnDefaults) {
  for (const auto& key : all_keys()) {
    Settings settings;
    if (key.kind == Kind::List) continue;
    auto text = shown_value(settings, key);
    if (text.starts_with('"')) text = text.substr(1, text.size() - 2);
    EXPECT_TRUE(assign(settings, key, text).has_value()) << key.name << " = " << text;
  }
}

TEST(FindDirectory, IsThatOfTheSourceTreeForABuildInIt) {
  const auto source = std::filesystem::path(FRAMEWRIGHT_CONFIG_DIRECTORY).parent_path();
  EXPECT_EQ(find_directory(source / "build" / "release" / "framewright"), FRAMEWRIGHT_CONFIG_DIRECTORY);
}

TEST_F(Loader, KeepsAClusterWithoutCertificatesOnThisMachine) {
  for (const auto* text : {"cluster: {address: 0.0.0.0}\n", "cluster: {address: \"::\"}\n",
                           "cluster: {address: 127.evil.test}\n", "cluster: {join: [\"10.0.0.7:4950\"]}\n",
                           "cluster: {join: [\"node7:4950\"]}\n"}) {
    EXPECT_THAT(mistake_in(text).message, HasSubstr("with cluster.tls only")) << text;
  }
  const std::string tls = "tls: {authority: a.pem, certificate: b.pem, key: b.key, peers: [\".w.test\"]}";
  sources_.file = write("given.yaml", "cluster: {address: 0.0.0.0, join: [\"node7:4950\"], " + tls + "}\n");
  EXPECT_THAT(loaded().settings.cluster.tls.peers, ElementsAre(".w.test"));
  EXPECT_EQ(shown(loaded(), "cluster.tls.key"), "\"***\"");
}

TEST_F(Loader, WantsAllFilesOfTheClusterOrNone) {
  EXPECT_THAT(mistake_in("cluster: {tls: {authority: a, key: b}}\n").message,
              HasSubstr("cluster.tls.certificate: is missing"));
  EXPECT_THAT(mistake_in("cluster: {tls: {peers: [\"10.0.0.1\"]}}\n").message, HasSubstr("a DNS name"));
}

}  // namespace
}  // namespace framewright::config
