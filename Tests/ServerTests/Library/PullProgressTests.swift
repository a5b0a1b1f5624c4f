import Testing

@testable import Server

/// Pulls on several boxes told as one.
@Suite struct PullProgressTests {
    private typealias Source = PullProgress.Source

    /// Held by reference, so that an expectation may change it.
    private final class Held {
        var progress: PullProgress
        init(_ sources: [Source], detail: PullProgress.Detail = .merged) {
            progress = PullProgress(sources, detail: detail)
        }
        func take(_ line: PullLine, from index: Int) -> Bool { progress.take(line, from: index) }
        func end(_ end: PullProgress.End, of index: Int) { progress.end(end, of: index) }
        func takeLines() -> String { progress.takeLines() }
        var failures: [(label: String, reason: String)] { progress.failures }
    }

    private static func layer(_ digest: String, _ total: Int, _ completed: Int) -> PullLine {
        .layer(PullLine.Layer(digest: digest, status: "pulling \(digest)", total: total, completed: completed))
    }

    private static func two(_ detail: PullProgress.Detail = .merged) -> Held {
        Held([Source(label: "gpu-1", tag: "x"), Source(label: "gpu-2", tag: "x")], detail: detail)
    }

    @Test func `lines of a box are read as Ollama writes them`() {
        func read(_ text: String) -> PullLine? { PullLine(Array(text.utf8)) }
        #expect(read(#"{"status":"pulling manifest"}"#) == .status("pulling manifest"))
        #expect(read(#"{"status":"success"}"#) == .success)
        #expect(
            read(#"{"status":"pulling a","digest":"sha256:a","total":10}"#)
                == .layer(PullLine.Layer(digest: "sha256:a", status: "pulling a", total: 10, completed: 0)))
        #expect(read(#"{"error":"no space left on device"}"#) == .error("no space left on device"))
        for text in ["", "[]", "{}", "<html>", #"{"status":7}"#, #"{"status":"x""#] {
            #expect(read(text) == nil, "\(text)")
        }
        #expect(
            read(#"{"digest":"d","total":-1,"completed":1e400}"#)
                == .layer(PullLine.Layer(digest: "d", status: "pulling d", total: 0, completed: 0)))
        guard case .error(let text)? = read(#"{"error":"\#(String(repeating: "x", count: 9_000))"}"#) else {
            return #expect(Bool(false))
        }
        #expect(text.count == 500)
    }

    @Test func `a stream is cut into lines wherever its pieces end, and a line without end is not kept`() {
        let text = Array("{\"a\":1}\n\n{\"b\":2}\n{\"c\":3}".utf8)
        for cut in 0...text.count {
            var cutter = LineCutter()
            var lines: [String] = []
            for piece in [text[..<cut], text[cut...]] {
                let fits = Array(piece).withUnsafeBytes { bytes in
                    cutter.feed(bytes) { lines.append(String(decoding: $0, as: UTF8.self)) }
                }
                #expect(fits)
            }
            #expect(lines == ["{\"a\":1}", "{\"b\":2}"])
            cutter.finish { lines.append(String(decoding: $0, as: UTF8.self)) }
            #expect(lines.last == "{\"c\":3}")
        }
        var cutter = LineCutter()
        let piece = [UInt8](repeating: 0x78, count: LineCutter.mostBytes)
        let fits = [1, 2].map { _ in piece.withUnsafeBytes { bytes in cutter.feed(bytes) { _ in } } }
        #expect(fits == [true, false])
    }

    @Test func `a layer's size is that of all boxes from its first line on`() {
        let progress = Self.two()
        #expect(progress.takeLines() == "{\"status\":\"pulling manifest\"}\n")
        #expect(progress.take(.status("pulling manifest"), from: 0))
        #expect(progress.takeLines() == "")
        _ = progress.take(Self.layer("d", 100, 0), from: 0)
        #expect(progress.takeLines() == "{\"status\":\"pulling d\",\"digest\":\"d\",\"total\":200}\n")
        _ = progress.take(Self.layer("d", 100, 30), from: 0)
        _ = progress.take(Self.layer("d", 100, 50), from: 1)
        // Only the last state is told.
        _ = progress.take(Self.layer("d", 100, 60), from: 1)
        #expect(progress.takeLines() == "{\"status\":\"pulling d\",\"digest\":\"d\",\"total\":200,\"completed\":90}\n")
        #expect(progress.takeLines() == "")
    }

    @Test func `a step is told once all have come to it, and a box that is through has come to all`() {
        let progress = Self.two()
        _ = progress.takeLines()
        _ = progress.take(Self.layer("d", 100, 100), from: 0)
        _ = progress.take(.status("verifying sha256 digest"), from: 0)
        #expect(progress.takeLines() == "{\"status\":\"pulling d\",\"digest\":\"d\",\"total\":200,\"completed\":100}\n")
        _ = progress.take(.status("writing manifest"), from: 0)
        _ = progress.take(.success, from: 0)
        progress.end(.succeeded, of: 0)
        _ = progress.takeLines()
        _ = progress.take(Self.layer("d", 100, 100), from: 1)
        _ = progress.take(.status("verifying sha256 digest"), from: 1)
        #expect(
            progress.takeLines() == "{\"status\":\"pulling d\",\"digest\":\"d\",\"total\":200,\"completed\":200}\n"
                + "{\"status\":\"verifying sha256 digest\"}\n")
        progress.end(.succeeded, of: 1)
        // A success is said by whoever has seen to it that all have the same.
        #expect(!progress.takeLines().contains("success"))
    }

    @Test func `a box that had it already counts as whole though it never told of the layer`() {
        let progress = Self.two()
        _ = progress.take(Self.layer("d", 100, 10), from: 0)
        progress.end(.succeeded, of: 1)
        #expect(progress.takeLines().hasSuffix("\"total\":200,\"completed\":110}\n"))
    }

    @Test func `a box that fails is told of, and the others go on`() {
        let progress = Self.two()
        _ = progress.takeLines()
        _ = progress.take(.error("no space left on device"), from: 1)
        #expect(
            progress.takeLines() == "{\"status\":\"gpu-2 failed: no space left on device; the others go on\"}\n")
        _ = progress.take(.status("writing manifest"), from: 0)
        #expect(progress.takeLines() == "{\"status\":\"writing manifest\"}\n")
        progress.end(.succeeded, of: 0)
        #expect(progress.failures.map(\.label) == ["gpu-2"])
        #expect(progress.failures.map(\.reason) == ["no space left on device"])
        // Nothing more is heard of it.
        #expect(!progress.take(.success, from: 1))
    }

    @Test func `a line that says nothing new is no progress`() {
        let progress = Self.two()
        #expect(progress.take(Self.layer("d", 100, 30), from: 0))
        #expect(!progress.take(Self.layer("d", 100, 30), from: 0))
        #expect(progress.take(.status("verifying sha256 digest"), from: 0))
        #expect(!progress.take(.status("verifying sha256 digest"), from: 0))
        #expect(progress.take(Self.layer("d", 100, 31), from: 0))
    }

    @Test func `what a box may tell of is bounded, and no number is too large`() {
        let progress = Self.two()
        for index in 0...PullProgress.mostLayers { _ = progress.take(Self.layer("d\(index)", .max, .max), from: 0) }
        #expect(progress.failures.first?.reason == "it tells of more than 512 layers")
        let other = Self.two()
        for index in 0..<500 { _ = other.take(.status("step \(index)"), from: 0) }
        for index in 0..<500 { _ = other.take(.status("step \(index)"), from: 1) }
        #expect(other.takeLines().split(separator: "\n").count == 1 + PullProgress.mostSteps)
        let large = Self.two(.boxes)
        for digest in ["a", "b"] { _ = large.take(Self.layer(digest, .max, .max), from: 0) }
        #expect(large.takeLines().contains("\"total\":\(Int.max),\"completed\":\(Int.max)"))
    }

    @Test func `layers of boxes that pull another tag are not summed`() {
        let progress = Held([Source(label: "gpu-1", tag: "x"), Source(label: "gpu-2", tag: "y")])
        _ = progress.take(Self.layer("d", 100, 10), from: 0)
        #expect(progress.takeLines().hasSuffix("\"total\":100,\"completed\":10}\n"))
    }

    @Test func `a line per box is the sum of its layers`() {
        let progress = Self.two(.boxes)
        #expect(
            progress.takeLines()
                == "{\"box\":\"gpu-1\",\"status\":\"waiting\"}\n{\"box\":\"gpu-2\",\"status\":\"waiting\"}\n")
        _ = progress.take(Self.layer("d", 100, 30), from: 1)
        _ = progress.take(Self.layer("e", 10, 10), from: 1)
        #expect(
            progress.takeLines() == "{\"box\":\"gpu-2\",\"status\":\"pulling e\",\"total\":110,\"completed\":40}\n")
        _ = progress.take(.error("gone"), from: 0)
        progress.end(.succeeded, of: 1)
        #expect(
            progress.takeLines() == "{\"box\":\"gpu-1\",\"status\":\"failed: gone\"}\n"
                + "{\"box\":\"gpu-2\",\"status\":\"success\",\"total\":110,\"completed\":110}\n")
    }
}
