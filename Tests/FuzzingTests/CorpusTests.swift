import Foundation
import Fuzzing
import Testing

/// What `make fuzz` has found, and what it begins with: each input as it is, cut short, and with bytes damaged.
@Suite(.timeLimit(.minutes(2))) struct CorpusTests {
    private static let folder = Bundle.module.resourceURL!.appending(path: "Corpus")

    private static func inputs(_ kind: FuzzKind) throws -> [(name: String, bytes: [UInt8])] {
        let files = try FileManager.default.contentsOfDirectory(
            at: folder.appending(path: kind.rawValue), includingPropertiesForKeys: nil)
        return try files.sorted { $0.path < $1.path }.map { ($0.lastPathComponent, Array(try Data(contentsOf: $0))) }
    }

    @Test(arguments: FuzzKind.allCases) func `what has to hold for all bytes holds for the corpus`(kind: FuzzKind)
        throws
    {
        let inputs = try Self.inputs(kind)
        #expect(inputs.count >= 5)
        for (name, bytes) in inputs {
            do { try kind.run(bytes) } catch { Issue.record("\(name): \(error)") }
        }
    }

    @Test(arguments: FuzzKind.allCases) func `and for what is nearly one of it`(kind: FuzzKind) throws {
        var random = Damage(seed: 1)
        for (name, bytes) in try Self.inputs(kind) {
            for number in 0..<40 {
                let damaged = random.damage(bytes)
                do { try kind.run(damaged) } catch {
                    Issue.record("\(name), \(number): \(error)\n\(Data(damaged).base64EncodedString())")
                }
            }
        }
    }
}

/// Bytes taken out, doubled, changed: the same for the same seed.
private struct Damage {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    private mutating func next(below limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % max(limit, 1)
    }

    mutating func damage(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...next(below: 3) where !bytes.isEmpty {
            let place = next(below: bytes.count)
            let length = min(bytes.count - place, next(below: 30))
            switch next(below: 4) {
            case 0: bytes.removeSubrange(place..<place + length)
            case 1: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
            case 2: bytes.removeSubrange(place...)
            default: bytes[place] = UInt8(truncatingIfNeeded: next(below: 256))
            }
        }
        return bytes
    }
}
