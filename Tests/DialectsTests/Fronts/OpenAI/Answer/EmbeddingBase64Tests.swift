import Foundation
import NIOCore
import Testing

@testable import Dialects

@Suite struct EmbeddingBase64Tests {
    @Test func `encodes as Foundation does`() {
        var random = Generator(seed: 3)
        for count in 0..<50 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            var out = ByteBuffer()
            bytes.withUnsafeBytes { EmbeddingBase64.writeBase64($0, into: &out) }
            #expect(String(buffer: out) == Data(bytes).base64EncodedString())
        }
    }

    @Test func `gives back every float`() throws {
        var random = Generator(seed: 4)
        let floats = (0..<300).map { _ in Float.random(in: -1...1, using: &random) }
        let row = Array("[\(floats.map { "\($0)" }.joined(separator: ", "))]".utf8)
        var out = ByteBuffer()
        row.withUnsafeBytes { EmbeddingBase64.write($0, into: &out) }
        let text = String(buffer: out)
        let data = try #require(Data(base64Encoded: String(text.dropFirst().dropLast())))
        let read = (0..<300).map { index in
            Float(bitPattern: data.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self) })
        }
        #expect(read == floats)
    }
}
