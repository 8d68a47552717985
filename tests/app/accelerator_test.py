"""What `auto` means on a server with a device: a simulated one, which takes 2 ms and the CPU's time."""

import asyncio
import concurrent.futures
import json
import pathlib
import re
import tempfile
import time
import unittest

import frames
from pictures import gradient, png
from server import Server, job_request, run_program, wait_until

SIMULATED = ("workers.simulated_time=2ms", "accelerators=cpu")  # and none of this machine's own


def words(*settings):
    return [word for setting in settings for word in ("--set", setting)]


class Auto(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.folder = pathlib.Path(directory.name)

    def server(self, *settings):
        server = Server(self.folder, "workers.cpu=1", *settings)
        server.start()
        self.addCleanup(server.__exit__)
        return server

    def kept(self):
        file, = self.folder.glob("calibration-*.json")
        return file

    def test_goes_where_it_is_done_first_and_gives_the_same_bytes(self):
        server = self.server(*SIMULATED)
        small = png(64, 64, 3, gradient(64, 64))
        alone = server.process(small, "invert")
        self.assertEqual(alone.headers["X-Framewright-Accelerator"], "cpu")
        self.assertEqual(alone.headers["X-Framewright-Accelerator-Reason"], "faster")
        heavy = png(512, 512, 3, gradient(512, 512))
        with concurrent.futures.ThreadPoolExecutor(8) as clients:
            asked = [clients.submit(server.process, heavy, "bilateral") for _ in range(40)]
            answers = [one.result() for one in asked]
        self.assertEqual({answer.status for answer in answers}, {200})
        self.assertEqual(len({answer.body for answer in answers}), 1, "the same bytes from both")
        ran = [answer.headers["X-Framewright-Accelerator"] for answer in answers]
        print(f"{ran.count('cuda')} of {len(ran)} pictures ran on the device", flush=True)
        self.assertEqual(set(ran), {"cpu", "cuda"}, "what waits for the CPU counts")

    def test_asks_for_and_refuses_by_name(self):
        server = self.server(*SIMULATED)
        picture = png(16, 16, 3, gradient(16, 16))
        for name in ("cpu", "cuda"):
            answer = server.process(picture, "invert", accelerator=name)
            self.assertEqual(answer.headers["X-Framewright-Accelerator"], name)
            self.assertEqual(answer.headers["X-Framewright-Accelerator-Reason"], "asked")

    def test_tells_where_the_time_on_the_device_went(self):
        server = self.server(*SIMULATED)
        picture = png(16, 16, 3, gradient(16, 16))
        timing = server.process(picture, "invert", accelerator="cuda").headers["Server-Timing"]
        times = {name: float(ms) for name, ms in re.findall(r"([a-z-]+);dur=([0-9.]+)", timing)}
        parts = ["device-upload", "device-kernels", "device-download"]
        self.assertEqual(list(times), ["queue", "decode", "process", "encode", "device-wait", *parts])
        on_device = sum(times[part] for part in parts)
        self.assertAlmostEqual(on_device, 2, delta=0.01)
        self.assertAlmostEqual(times["process"], on_device, delta=0.01)
        on_cpu = server.process(picture, "invert", accelerator="cpu").headers["Server-Timing"]
        self.assertNotIn("device", on_cpu)
        page = server.get("/metrics").body.decode()
        self.assertIn('framewright_device_stage_duration_seconds_count{stage="kernels"} 1\n', page)
        for gauge, value in (("gpu_devices", 1), ("gpu_slots", 1), ("gpu_slots_busy", 0)):
            self.assertIn(f"framewright_{gauge} {value}\n", page)
        memory = re.search(r"\nframewright_gpu_slot_memory_bytes (\S+)\n", page).group(1)
        self.assertGreater(float(memory), 1 << 20)

    def test_says_why_in_plan_and_words(self):
        server = self.server(*SIMULATED)
        plan = server.get("/api/v1/config/plan", pipeline="invert", width=64, height=64).json()["auto"]
        self.assertEqual((plan["accelerator"], plan["reason"]), ("cpu", "faster"))
        self.assertLess(plan["predicted_us"]["cpu"], plan["predicted_us"]["cuda"])
        routed = server.get("/api/v1/config/plan", pipeline="", input="png", width=64, height=64).json()
        self.assertEqual((routed["route"], routed["auto"]["reason"]), ("pass_through", "no_pixels"))
        self.assertEqual(server.stop(), 0)
        picture = self.folder / "a.png"
        picture.write_bytes(png(16, 16, 3, gradient(16, 16)))
        settings = words(*SIMULATED, f"data.directory={self.folder}")
        explain = ("process", "--pipeline", "invert", "--explain", str(picture))
        code, text, errors = run_program(*explain, *settings)
        self.assertEqual(code, 0, errors)
        self.assertRegex(text, r"auto runs 16x16 pixels to png on cpu: it would be done first there: \d+")
        code, text, _ = run_program(*explain, *words("accelerators=cpu"))
        self.assertEqual(code, 0)
        self.assertIn("on cpu: no device is in service", text)

    def test_measures_once_and_learns_from_then_on(self):
        picture = png(64, 64, 3, gradient(64, 64))
        server = self.server(*SIMULATED)
        self.assertEqual(server.log().count("measured, because it was never measured"), 1)
        server.process(picture, "sepia")
        expected = self.device_time(server)

        def is_learnt():  # Which a server does once it has answered.
            server.process(picture, "sepia", accelerator="cuda")
            return self.device_time(server) != expected

        wait_until(is_learnt, "the device's time for sepia")
        self.assertEqual(server.stop(), 0)
        kinds = [kind for kind in json.loads(self.kept().read_text())["kinds"]
                 if kind["pipeline"].startswith("sepia")]
        self.assertEqual(len(kinds), 1)
        self.assertGreater(kinds[0]["to_others"]["cpu"], 0)
        self.assertGreater(kinds[0]["to_others"]["device"], 0)
        self.assertEqual(kinds[0]["to_jpeg"], {"cpu": None, "device": None})
        again = self.server(*SIMULATED)
        self.assertIn("was read from", again.log())
        self.assertNotIn("measured, because", again.log())

    def device_time(self, server):
        """What a picture of 64x64 through sepia is expected to take on the device."""
        plan = server.get("/api/v1/config/plan", pipeline="sepia", input="png", width=64, height=64).json()
        return plan["auto"]["predicted_us"]["cuda"]

    def test_measures_anew_what_it_cannot_use_and_says_so_once(self):
        self.server(*SIMULATED).stop()
        of_another = json.loads(self.kept().read_text())
        of_another["device"] = "Another card"
        for content, why in ((json.dumps(of_another), "Another card"), ("{", "parse"),
                             (json.dumps({"format": 99}), "99")):
            self.kept().write_text(content)
            server = self.server(*SIMULATED)
            lines = [line for line in server.log().splitlines() if "measured, because" in line]
            self.assertEqual(len(lines), 1)
            self.assertIn(why, lines[0])
            self.assertEqual(server.stop(), 0)
            self.assertEqual(json.loads(self.kept().read_text())["device"], "Simulated")

    def test_files_may_ask_for_the_device_from_the_first_on(self):
        (self.folder / "a.png").write_bytes(png(16, 16, 3, gradient(16, 16)))
        wish = ("process", str(self.folder / "a.png"), "-o", str(self.folder / "out.png"),
                "--pipeline", "invert", "--accelerator", "cuda")
        code, _, errors = run_program(*wish, *words(*SIMULATED))
        self.assertEqual(code, 0, errors)
        code, _, errors = run_program(*wish, *words("accelerators=cpu"))
        self.assertEqual(code, 1)
        self.assertIn("no CUDA device is in service", errors)

    def test_a_stream_or_picture_may_ask_for_one_device(self):
        server = self.server(*SIMULATED)
        picture = png(16, 16, 3, gradient(16, 16))
        answer = server.process(picture, "invert", accelerator="cuda:0")
        self.assertEqual((answer.status, answer.headers["X-Framewright-Accelerator"]), (200, "cuda"))
        refused = server.process(picture, "invert", accelerator="cuda:1")
        self.assertEqual((refused.status, refused.json()["code"]), (503, "accelerator_unavailable"))
        self.assertIn("cuda:1", refused.json()["detail"])
        self.assertEqual(server.process(picture, "invert", accelerator="cuda:x").status, 400)

    def test_of_several_devices_each_works_off_what_asked_for_it(self):
        server = self.server("workers.simulated_time=400ms", "workers.simulated_devices=2",
                             "accelerators=cpu", "cuda.batch_delay=0ms")
        picture = png(16, 16, 3, gradient(16, 16))
        order = []

        def ask(name, accelerator):
            answer = server.process(picture, "invert", accelerator=accelerator)
            order.append(name)
            return answer

        started = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(4) as clients:
            asked = [clients.submit(ask, f"first of {i}", "cuda:0") for i in range(3)]
            wait_until(lambda: server.metric("framewright_frames_running") == 3,
                       "the first device to be busy")
            asked.append(clients.submit(ask, "second", "cuda:1"))
            answers = [one.result() for one in asked]
        self.assertGreaterEqual(time.monotonic() - started, 1.2, "three went through one device")
        self.assertEqual([answer.status for answer in answers], [200] * 4)
        self.assertEqual(len({answer.body for answer in answers}), 1)
        self.assertNotEqual(order[-1], "second", "it waited for the other device")
        refused = server.process(picture, "invert", accelerator="cuda:2")
        self.assertEqual((refused.status, refused.json()["code"]), (503, "accelerator_unavailable"))

    def test_a_stream_is_told_which_device_it_has(self):
        server = self.server(*SIMULATED)

        async def scenario():
            async with frames.connected(server) as client:
                opened = await client.open_stream(pipeline="invert", accelerator="cuda:0")
                self.assertEqual((opened["type"], opened["accelerator"]), ("stream_opened", "cuda:0"))
                await client.socket.send(frames.raw_frame(1, 16, 16, gradient(16, 16)))
                self.assertEqual((await client.next()).metadata["accelerator"], "cuda")
                updated = await client.update_stream(accelerator="cuda")
                self.assertEqual((updated["type"], updated["accelerator"]), ("stream_updated", "cuda"))
                refused = await client.update_stream(accelerator="cuda:1")
                self.assertEqual(refused["code"], "accelerator_unavailable")
                self.assertIn("cuda:1", refused["detail"])
                wrong = await client.update_stream(accelerator="cuda:64")
                self.assertEqual((wrong["code"], wrong["stream_id"]), ("invalid_argument", 1))

        asyncio.run(scenario())

    def test_a_job_may_ask_for_one_device(self):
        server = self.server(*SIMULATED)
        done, error = self.run_job(server, "cuda:0")
        self.assertEqual((done, error), ("succeeded", None))
        done, error = self.run_job(server, "cuda:7")
        self.assertEqual((done, error["code"]), ("failed", "accelerator_unavailable"))
        self.assertIn("cuda:7", error["detail"])

    def test_a_job_without_its_device_fails_by_name(self):
        server = self.server("accelerators=cpu")
        done, error = self.run_job(server, "cuda:0")
        self.assertEqual((done, error["code"]), ("failed", "accelerator_unavailable"))
        self.assertIn("cuda:0", error["detail"])

    def run_job(self, server, accelerator):
        """State and error of a job that asks for it, once that is over."""
        body, headers = job_request({"pipeline": "invert", "accelerator": accelerator},
                                    ("a.png", png(16, 16, 3, gradient(16, 16))))
        answer = server.request("POST", "/api/v1/jobs", body, headers)
        self.assertEqual((answer.status, answer.json().get("accelerator")), (202, accelerator), answer.body)

        def ended():
            job = server.get(answer.headers["Location"]).json()
            return job if job["state"] in ("succeeded", "failed") else None

        job = wait_until(ended, "the job's end")
        return job["state"], job["error"]

    def test_commands_may_ask_for_one_device(self):
        picture = self.folder / "a.png"
        picture.write_bytes(png(16, 16, 3, gradient(16, 16)))
        process = ("process", str(picture), "-o", str(self.folder / "out.png"), "--pipeline", "invert")
        code, _, errors = run_program(*process, "--accelerator", "cuda:0", *words(*SIMULATED))
        self.assertEqual(code, 0, errors)
        for settings in (SIMULATED, ("accelerators=cpu",)):
            code, _, errors = run_program(*process, "--accelerator", "cuda:7", *words(*settings))
            self.assertEqual(code, 1)
            self.assertIn("cuda:7", errors)
        server = self.server(*SIMULATED)
        submit = ("submit", str(picture), "--pipeline", "invert", "--wait", "--server", server.url())
        code, _, errors = run_program(*submit, "--accelerator", "cuda:0")
        self.assertEqual(code, 0, errors)
        code, _, errors = run_program(*submit, "--accelerator", "cuda:7")
        self.assertEqual(code, 1)
        self.assertRegex(errors, "accelerator_unavailable.*cuda:7")

    def test_without_a_device_there_is_nothing_to_measure(self):
        server = self.server("accelerators=cpu")
        answer = server.process(png(16, 16, 3, gradient(16, 16)), "invert")
        self.assertEqual(answer.headers["X-Framewright-Accelerator-Reason"], "no_device")
        self.assertEqual(list(self.folder.glob("calibration-*")), [])
        refused = server.process(png(16, 16, 3, gradient(16, 16)), "invert", accelerator="cuda")
        self.assertEqual((refused.status, refused.json()["code"]), (503, "accelerator_unavailable"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
