import Benchmark
import Dialects
import NIOCore

/// What the hot lane does with bytes: read a request, write the upstream's, translate one line of its answer.
let benchmarks: @Sendable () -> Void = {
    let configuration = Benchmark.Configuration(
        metrics: [.wallClock, .instructions, .throughput], scalingFactor: .kilo, maxDuration: .seconds(2),
        maxIterations: 1000)
    let large = Benchmark.Configuration(
        metrics: [.wallClock, .instructions, .throughput], scalingFactor: .one, maxDuration: .seconds(2),
        maxIterations: 20_000)

    let few = Benchmark.Configuration(
        metrics: [.wallClock, .instructions], scalingFactor: .one, maxDuration: .seconds(1), maxIterations: 100)

    Benchmark("scan, 372 B", configuration: configuration) { benchmark in
        let body = Sample.short
        for _ in benchmark.scaledIterations { blackHole(try ClientRequest.scan(body, front: .openAIChat)) }
    }
    Benchmark("scan, 66 KB", configuration: large) { benchmark in
        let body = Sample.long
        benchmark.startMeasurement()
        blackHole(try ClientRequest.scan(body, front: .openAIChat))
    }
    for (name, body) in [("images", Sample.images), ("text", Sample.huge)] {
        Benchmark("scan, 20 MB of \(name)", configuration: few) { benchmark in
            benchmark.startMeasurement()
            blackHole(try ClientRequest.scan(body, front: .openAIChat))
        }
        Benchmark("encode, 20 MB of \(name)", configuration: few) { benchmark in
            let request = try ClientRequest.scan(body, front: .openAIChat)
            benchmark.startMeasurement()
            // New memory each time, as in the gateway.
            var out = ByteBuffer()
            try Provider.encode(request, with: Sample.permit, unixSeconds: 0, into: &out)
            blackHole(out)
        }
    }
    Benchmark("prefix, 66 KB", configuration: large) { benchmark in
        let request = try ClientRequest.scan(Sample.long, front: .openAIChat)
        benchmark.startMeasurement()
        blackHole(request.prefixHashes(blockBytes: 512, limit: 1024))
    }
    Benchmark("encode, 372 B", configuration: configuration) { benchmark in
        let request = try ClientRequest.scan(Sample.short, front: .openAIChat)
        var out = ByteBuffer()
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            out.clear()
            try Provider.encode(request, with: Sample.permit, unixSeconds: 0, into: &out)
        }
        blackHole(out)
    }
    Benchmark("encode with parts and tools", configuration: configuration) { benchmark in
        let request = try ClientRequest.scan(Sample.rich, front: .openAIChat)
        var out = ByteBuffer()
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            out.clear()
            try Provider.encode(request, with: Sample.permit, unixSeconds: 0, into: &out)
        }
        blackHole(out)
    }
    Benchmark("stream line", configuration: configuration) { benchmark in
        let request = try ClientRequest.scan(Sample.short, front: .openAIChat)
        var translator = AnswerTranslator(request: request, target: Sample.target, responseID: 7, created: 1)
        var out = ByteBuffer()
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            out.clear()
            blackHole(translator.feed(Sample.line, into: &out))
        }
        blackHole(out)
    }
    Benchmark("whole answer", configuration: configuration) { benchmark in
        let request = try ClientRequest.scan(Sample.whole, front: .openAIChat)
        var out = ByteBuffer()
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            out.clear()
            var translator = AnswerTranslator(request: request, target: Sample.target, responseID: 7, created: 1)
            _ = translator.feed(Sample.answer, into: &out)
            blackHole(translator.end(into: &out))
        }
        blackHole(out)
    }
}
