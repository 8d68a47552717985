#include "config/yaml_reader.hpp"

#include <yaml-cpp/yaml.h>

#include <map>

namespace framewright::config {
namespace {

class Walk {
 public:
  Walk(const std::string& file_name, YamlContent& content) : file_name_(file_name), content_(content) {}

  /// yaml-cpp keeps the first of two equal keys and says nothing, so they are counted here.
  void section(const YAML::Node& map, const std::string& prefix) {
    std::map<std::string, int> first_line;
    for (const auto& entry : map) {
      if (!entry.first.IsScalar()) {
        mistake(entry.first, "a key must be plain text");
        continue;
      }
      const auto name = prefix + entry.first.Scalar();
      const auto [seen, is_new] = first_line.emplace(name, entry.first.Mark().line + 1);
      if (!is_new) {
        mistake(entry.first, name + ": given twice, first in line " + std::to_string(seen->second));
        continue;
      }
      value(entry.first, name, entry.second);
    }
  }

  void mistake(const YAML::Node& node, const std::string& message) {
    content_.mistakes.push_back({origin(node), message});
  }

 private:
  void value(const YAML::Node& key, const std::string& name, const YAML::Node& node) {
    if (is_section(name)) {
      if (node.IsMap()) return section(node, name + ".");
      if (!node.IsNull()) mistake(key, name + ": is a section; expected keys below it");
      return;
    }
    if (find_key(name) == nullptr) {  // The loader words the mistake; what is below is not looked at.
      content_.assignments.push_back({name, std::string(), origin(key)});
    } else if (node.IsScalar()) {
      content_.assignments.push_back({name, node.Scalar(), origin(key)});
    } else if (node.IsSequence()) {
      list(key, name, node);
    } else {
      mistake(key, name + ": has no value; expected " + accepted_values(*find_key(name)));
    }
  }

  void list(const YAML::Node& key, const std::string& name, const YAML::Node& node) {
    std::vector<std::string> elements;
    for (const auto& element : node) {
      if (!element.IsScalar()) return mistake(element, name + ": an element of the list is not a scalar");
      elements.push_back(element.Scalar());
    }
    content_.assignments.push_back({name, std::move(elements), origin(key)});
  }

  std::string origin(const YAML::Node& node) const {
    return file_name_ + ":" + std::to_string(node.Mark().line + 1);
  }

  // Given.
  const std::string& file_name_;
  YamlContent& content_;
};

}  // namespace

YamlContent read_yaml(const std::string& text, const std::string& file_name) {
  YamlContent content;
  try {
    const auto documents = YAML::LoadAll(text);
    Walk walk(file_name, content);
    if (documents.size() > 1) walk.mistake(documents[1], "a second document in one file");
    if (documents.empty() || documents[0].IsNull()) return content;
    if (documents[0].IsMap()) {
      walk.section(documents[0], "");
    } else {
      walk.mistake(documents[0], "expected sections and keys");
    }
  } catch (const YAML::Exception& failure) {
    content.mistakes.push_back(
        {file_name + ":" + std::to_string(failure.mark.line + 1), "not YAML: " + failure.msg});
  }
  return content;
}

}  // namespace framewright::config
