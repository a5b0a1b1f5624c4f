import NIOCore
import Testing

@testable import Dialects

@Suite struct EventStreamFramingTests {
    /// What comes out of pieces: each event as `name data`; the last entry says if the framing gave up.
    private func events(_ pieces: [ByteBuffer], stopAfter limit: Int = .max) -> (events: [String], isSound: Bool) {
        var framing = EventStreamFraming()
        var events: [String] = []
        for piece in pieces {
            let isSound = framing.feed(piece) { name, data in
                events.append("\(String(decoding: name, as: UTF8.self)) \(String(decoding: data, as: UTF8.self))")
                return events.count < limit
            }
            guard isSound else { return (events, false) }
            if events.count >= limit { break }
        }
        return (events, true)
    }

    private static let names = ["text", "unknown", "throttled-later", "error", "tools"]

    @Test func `reads names and payloads`() throws {
        let found = events([try BedrockFixture.file("throttled-later.eventstream")])
        #expect(found.isSound)
        #expect(
            found.events == [
                #"messageStart {"p":"abcdefghijklm","role":"assistant"}"#,
                #"contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"Hel"},"p":"abc"}"#,
                #"contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"lo \"žluťoučký\"\n🦙"},"p":"abc"}"#,
                #"contentBlockDelta {"contentBlockIndex":0,"delta":{"text":""},"p":"abc"}"#,
                #"!throttlingException {"message":"Too many requests"}"#,
            ])
    }

    @Test func `makes an error like an exception`() throws {
        let found = events([try BedrockFixture.file("error.eventstream")])
        #expect(found.events.last == #"!InternalFailure {"message":"it \"broke\""}"#)
    }

    @Test func `steps over headers of every type`() throws {
        let found = events([try BedrockFixture.file("unknown.eventstream")])
        #expect(found.isSound)
        #expect(found.events.contains(#"contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"b"}}"#))
        #expect(found.events.count == 9)
    }

    @Test(arguments: names)
    func `does not care where the bytes are cut`(_ name: String) throws {
        let stream = try BedrockFixture.file("\(name).eventstream")
        let whole = events([stream])
        for cut in 0...stream.readableBytes {
            let pieces = [
                stream.getSlice(at: 0, length: cut)!, stream.getSlice(at: cut, length: stream.readableBytes - cut)!,
            ]
            #expect(events(pieces) == whole, "cut at \(cut)")
        }
        #expect(events((0..<stream.readableBytes).map { stream.getSlice(at: $0, length: 1)! }) == whole)
    }

    @Test func `stops when it is told to`() throws {
        let stream = try BedrockFixture.file("text.eventstream")
        for limit in 1...6 { #expect(events([stream], stopAfter: limit).events.count == limit) }
    }

    @Test(arguments: names)
    func `a byte that was changed on the way is always noticed`(_ name: String) throws {
        let stream = Array(try BedrockFixture.file("\(name).eventstream").readableBytesView)
        let whole = events([ByteBuffer(bytes: stream)]).events
        for index in stream.indices {
            var damaged = stream
            damaged[index] ^= 1 << UInt8(index % 8)
            let found = events([ByteBuffer(bytes: damaged)])
            #expect(!found.isSound, "byte \(index)")
            #expect(found.events.elementsEqual(whole.prefix(found.events.count)), "byte \(index)")
        }
    }

    /// A message whose checksums are right, whatever else is wrong.
    private func message(
        headers: [UInt8], payload: Int = 0, total: Int? = nil, headersLength: Int? = nil
    ) -> [UInt8] {
        func number(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
        func sum(_ bytes: [UInt8]) -> [UInt8] { number(Int(bytes.withUnsafeBytes { CRC32.checksum($0) })) }
        let prelude =
            number(total ?? 16 + headers.count + payload) + number(headersLength ?? headers.count)
        let body = prelude + sum(prelude) + headers + [UInt8](repeating: 0x20, count: payload)
        return body + sum(body)
    }

    @Test func `refuses lengths that cannot be`() {
        func isSound(_ bytes: [UInt8]) -> Bool { events([ByteBuffer(bytes: bytes)]).isSound }
        #expect(isSound(message(headers: [])))
        #expect(!isSound(message(headers: [], total: 15)))
        #expect(!isSound(message(headers: [], total: 0)))
        #expect(!isSound(message(headers: [], headersLength: 1)))
        #expect(!isSound(message(headers: [], total: 1 << 30, headersLength: 128 << 10 + 1)))
        // The largest is waited for, one byte more is not.
        #expect(isSound(message(headers: [], total: 16 << 20 + 16)))
        #expect(!isSound(message(headers: [], total: 16 << 20 + 17)))
        #expect(!isSound(message(headers: [], total: 0xffff_ffff)))
    }

    @Test(
        arguments: [
            [1], [0, 7, 0, 0], [1, 0x61], [1, 0x61, 10], [1, 0x61, 2], [1, 0x61, 7, 0], [1, 0x61, 7, 0, 1],
            [1, 0x61, 6, 0xff, 0xff], [1, 0x61, 8, 1, 2, 3], [1, 0x61, 9, 1], [255, 0x61, 0], [1, 0x61, 0, 2, 0x61],
        ] as [[UInt8]])
    func `refuses headers that are cut off or of no known type`(_ headers: [UInt8]) {
        let found = events([ByteBuffer(bytes: message(headers: headers))])
        #expect(!found.isSound)
        #expect(found.events.isEmpty)
    }

    @Test func `sums as zlib does`() {
        let text = Array("123456789".utf8)
        #expect(text.withUnsafeBytes { CRC32.checksum($0) } == 0xcbf4_3926)
        #expect([UInt8]().withUnsafeBytes { CRC32.checksum($0) } == 0)
    }
}
