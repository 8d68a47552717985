#!/usr/bin/env python3
"""What CuPy and PyTorch take for the same filters on the same card, in the same run as device_bench.

Usage: bench/device/peers.py PROGRAM   (build/gpu/device_bench, which bench/gpu.sh builds)
       bench/device/peers.py --check   small pictures by NumPy and SciPy: shows that the rows work, measures
                                       nothing and needs no card

3840x2160 RGB bytes in, rounded bytes out. Pictures lie on the device and are taken in turn, more of them than
its cache holds; times are the median of five. Borders and rounding are each library's own.
"""
import importlib
import math
import re
import statistics
import subprocess
import sys
import time

HEIGHT, WIDTH = 2160, 3840
PICTURES = 16
SECONDS = 0.1
GRAY = (0.299, 0.587, 0.114)


def gaussian_weights(size):
    """As device_bench makes them: sigma is 0.3 of the size."""
    sigma = 0.3 * size
    weights = [math.exp(-0.5 * (i / sigma) ** 2) for i in range(-(size // 2), size // 2 + 1)]
    return [w / sum(weights) for w in weights]


def gamma_table():
    return [round(255 * (i / 255) ** (1 / 2.2)) for i in range(256)]


class Arrays:
    """CuPy, or NumPy with SciPy: rows by cupyx.scipy.ndimage."""

    def __init__(self, xp, ndimage, wait):
        self.xp, self.ndimage, self.wait = xp, ndimage, wait
        self.name = f"{xp.__name__} {xp.__version__}"

    def pictures(self, count, height, width):
        random = self.xp.random.RandomState(1)
        return [random.randint(0, 256, (height, width, 3)).astype(self.xp.uint8) for _ in range(count)]

    def rows(self):
        xp, ndimage = self.xp, self.ndimage
        table = xp.asarray(gamma_table(), dtype=xp.uint8)
        gray = xp.asarray(GRAY, dtype=xp.float32)

        def rounded(values):
            return xp.clip(values + 0.5, 0, 255).astype(xp.uint8)

        def gaussian(size):
            weights = xp.asarray(gaussian_weights(size), dtype=xp.float32)

            def run(picture):
                along = ndimage.convolve1d(picture.astype(xp.float32), weights, axis=1, mode="reflect")
                return rounded(ndimage.convolve1d(along, weights, axis=0, mode="reflect"))
            return run

        slope = xp.asarray([-1, 0, 1], dtype=xp.float32)
        smooth = xp.asarray([1, 2, 1], dtype=xp.float32)

        def sobel(picture):
            """By hand: the library's own would smooth across colours, too."""
            values = picture.astype(xp.float32)

            def along(axis):
                sloped = ndimage.correlate1d(values, slope, axis=axis)
                return ndimage.correlate1d(sloped, smooth, axis=1 - axis)
            return rounded(xp.hypot(along(0), along(1)))

        def box(size):
            return lambda picture: ndimage.uniform_filter(picture, size=(size, size, 1))
        return {
            "table": lambda picture: table[picture],
            "grayscale": lambda picture: rounded(picture.astype(xp.float32) @ gray),
            "gaussian_5": gaussian(5), "gaussian_15": gaussian(15), "box_5": box(5), "box_31": box(31),
            "sobel": sobel,
            "erode_5": lambda picture: ndimage.grey_erosion(picture, size=(5, 5, 1)),
            "median_3": lambda picture: ndimage.median_filter(picture, size=(3, 3, 1)),
            "median_5": lambda picture: ndimage.median_filter(picture, size=(5, 5, 1)),
        }


class Torch:
    """PyTorch: planes of floats, because its convolutions take no bytes."""

    def __init__(self, torch, device):
        self.torch, self.device = torch, device
        self.name = f"torch {torch.__version__}"
        self.wait = torch.cuda.synchronize if device == "cuda" else lambda: None

    def pictures(self, count, height, width):
        return [self.torch.randint(0, 256, (1, 3, height, width), dtype=self.torch.uint8, device=self.device)
                for _ in range(count)]

    def rows(self):
        torch, nn = self.torch, self.torch.nn.functional
        table = torch.tensor(gamma_table(), dtype=torch.uint8, device=self.device)
        gray = torch.tensor(GRAY, device=self.device).view(1, 3, 1, 1)

        def rounded(values):
            return values.round().clamp(0, 255).to(torch.uint8)

        def weigh(values, weights):
            """Each channel by itself; weights[row][column]."""
            kernel = torch.tensor(weights, device=self.device).expand(3, 1, -1, -1)
            y, x = len(weights) // 2, len(weights[0]) // 2
            return nn.conv2d(nn.pad(values, (x, x, y, y), mode="reflect"), kernel, groups=3)

        def gaussian(size):
            along = [gaussian_weights(size)]
            down = [[weight] for weight in gaussian_weights(size)]
            return lambda picture: rounded(weigh(weigh(picture.float(), along), down))

        def sobel(picture):
            values = picture.float()
            x = weigh(values, [[-1., 0., 1.], [-2., 0., 2.], [-1., 0., 1.]])
            y = weigh(values, [[-1., -2., -1.], [0., 0., 0.], [1., 2., 1.]])
            return rounded(torch.hypot(x, y))

        def box(size):
            return lambda picture: rounded(nn.avg_pool2d(picture.float(), size, 1, size // 2))

        def erode(picture):
            return 255 - nn.max_pool2d((255 - picture).float(), 5, 1, 2).to(torch.uint8)
        return {
            "table": lambda picture: table[picture.long()],
            "grayscale": lambda picture: rounded((picture * gray).sum(1, keepdim=True)),
            "gaussian_5": gaussian(5), "gaussian_15": gaussian(15), "box_5": box(5), "box_31": box(31),
            "sobel": sobel, "erode_5": erode,
            "bilinear_2_3": lambda picture: rounded(
                nn.interpolate(picture.float(), scale_factor=2 / 3, mode="bilinear", align_corners=False)),
        }


def libraries_with_a_card():
    """Those that are installed, and a line for each that is not."""
    found = []
    try:
        cupy = importlib.import_module("cupy")
        wait = cupy.cuda.Device().synchronize
        found.append(Arrays(cupy, importlib.import_module("cupyx.scipy.ndimage"), wait))
    except Exception as error:  # Whatever a library says that finds no card.
        print(f"CuPy is left out: {error}", file=sys.stderr)
    try:
        torch = importlib.import_module("torch")
        if not torch.cuda.is_available():
            raise RuntimeError("it finds no card")
        found.append(Torch(torch, "cuda"))
    except Exception as error:
        print(f"PyTorch is left out: {error}", file=sys.stderr)
    return found


def libraries_without_a_card():
    arrays = Arrays(importlib.import_module("numpy"), importlib.import_module("scipy.ndimage"), lambda: None)
    try:
        return [arrays, Torch(importlib.import_module("torch"), "cpu")]
    except ImportError:
        return [arrays]


def microseconds(library, run, pictures, seconds):
    def once(rounds):
        start = time.perf_counter()
        for _ in range(rounds):
            for picture in pictures:
                run(picture)
        library.wait()
        return time.perf_counter() - start
    once(1)
    rounds = 1 + int(seconds / once(1))
    return 1e6 * statistics.median(once(rounds) for _ in range(5)) / (rounds * len(pictures))


def own_times(program):
    """Microseconds of each row of the first table, which is of RGB."""
    printed = subprocess.run([program, "bandwidth"], check=True, capture_output=True, text=True).stdout
    of_colours = printed.split(", gray.")[0]
    return {name: float(us) for name, us in re.findall(r"^\| (\w+) \| ([\d.]+) \|", of_colours, re.M)}


def compare(program):
    libraries = libraries_with_a_card()
    if not libraries:
        return
    own = own_times(program)
    print("\n| steps | us | library | us | times as fast |\n| --- | ---: | --- | ---: | ---: |")
    for library in libraries:
        pictures = library.pictures(PICTURES, HEIGHT, WIDTH)
        for name, run in library.rows().items():
            us = microseconds(library, run, pictures, SECONDS)
            ratio = us / own[name]
            print(f"| {name} | {own[name]:.1f} | {library.name} | {us:.1f} | {ratio:.2f} |", flush=True)
        del pictures


def check():
    for library in libraries_without_a_card():
        pictures = library.pictures(2, 70, 50)
        for name, run in library.rows().items():
            made = run(pictures[0])
            us = microseconds(library, run, pictures, 0)
            shapes = f"{tuple(made.shape)} of {tuple(pictures[0].shape)}"
            print(f"{library.name}, {name}: {made.dtype}, {shapes}, {us:.0f} us")
            if "uint8" not in str(made.dtype):
                sys.exit(f"{name} makes no bytes")


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] in ("-h", "--help"):
        print(__doc__)
        sys.exit(0 if len(sys.argv) == 2 else 2)
    if sys.argv[1] == "--check":
        check()
    else:
        compare(sys.argv[1])
