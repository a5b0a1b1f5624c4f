import Testing

@testable import Balancer

/// What a gateway tells the others, as the store keeps it.
@Suite struct PoolWordTests {
    private static let word = PoolWord([
        PoolWord.Line(
            place: SharedPlace(instance: .max, tag: 1, deployment: 0x8000_0000_0000_0001), inFlight: 3, waiting: 0),
        PoolWord.Line(
            place: SharedPlace(instance: 2, tag: 3, deployment: 4), inFlight: 127, waiting: 128, cap: 16_384,
            claim: 999_999),
    ])

    @Test func `a word is read as it was written`() {
        #expect(PoolWord(bytes: Self.word.bytes) == Self.word)
        #expect(PoolWord(bytes: PoolWord().bytes) == PoolWord())
    }

    @Test func `a word that is cut off, or of another form, is none`() {
        let bytes = Self.word.bytes
        // After the first line it is a whole word again.
        for count in 0..<bytes.count where ![1, 29].contains(count) {
            #expect(PoolWord(bytes: Array(bytes.prefix(count))) == nil, "\(count)")
        }
        #expect(PoolWord(bytes: [2] + bytes.dropFirst()) == nil)
    }

    @Test func `no count is so large that sums of it overflow`() {
        let large = PoolWord([
            PoolWord.Line(place: SharedPlace(instance: 1, tag: 1, deployment: 1), inFlight: .max, waiting: .max)
        ])
        #expect(PoolWord(bytes: large.bytes)?.lines.map(\.inFlight) == [1_000_000])
    }

    @Test func `instances are the same by their base URL, and not by name or place`() {
        let breaker = BreakerSettings(tripAfter: 5, thresholds: .none, open: .seconds(30), maxOpen: .seconds(300))
        func place(_ name: String, _ base: String, index: Int) -> SharedPlace {
            let instance = InstanceSpec(name: name, apiBase: base, provider: "ollama", probed: true)
            let deployment = DeploymentSpec(
                id: "id", modelName: "m", upstreamModel: "ollama/m", tag: "m", listedTag: "m:latest",
                instance: InstanceID(index: index), weight: 1, slots: nil, maxParallel: nil, unavailable: nil,
                breaker: breaker, context: nil, order: 0, rpm: nil, tpm: nil)
            return SharedPlace(deployment, on: instance)
        }
        let one = place("gpu-1", "http://gpu-1:11434", index: 0)
        #expect(place("big box", "http://gpu-1:11434", index: 7) == one)
        #expect(place("gpu-1", "http://gpu-1:11435", index: 0).instance != one.instance)
        #expect(place("gpu-1", "https://gpu-1:11434", index: 0).instance != one.instance)
        // Clouds have no base URL here, and are told apart by their names.
        #expect(place("openai", "", index: 0).instance != place("azure", "", index: 0).instance)
    }
}
