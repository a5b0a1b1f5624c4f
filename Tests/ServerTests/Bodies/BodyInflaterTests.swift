import NIOCore
import Testing

@testable import Server
@testable import ServerRig

@Suite struct BodyInflaterTests {
    private static let text = #"{"model":"llama3"}"#
    // The text above, packed by zlib 1.2.13.
    private static let gzip: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xAB, 0x56, 0xCA, 0xCD, 0x4F, 0x49, 0xCD, 0x51,
        0xB2, 0x52, 0xCA, 0xC9, 0x49, 0xCC, 0x4D, 0x34, 0x56, 0xAA, 0x05, 0x00, 0xAA, 0x79, 0xBC, 0x6C, 0x12, 0x00,
        0x00, 0x00,
    ]
    private static let zlib: [UInt8] = [
        0x78, 0x9C, 0xAB, 0x56, 0xCA, 0xCD, 0x4F, 0x49, 0xCD, 0x51, 0xB2, 0x52, 0xCA, 0xC9, 0x49, 0xCC, 0x4D, 0x34,
        0x56, 0xAA, 0x05, 0x00, 0x3A, 0x79, 0x06, 0x06,
    ]
    private static let bare: [UInt8] = [
        0xAB, 0x56, 0xCA, 0xCD, 0x4F, 0x49, 0xCD, 0x51, 0xB2, 0x52, 0xCA, 0xC9, 0x49, 0xCC, 0x4D, 0x34, 0x56, 0xAA,
        0x05, 0x00,
    ]

    private static func unpack(
        _ bytes: [UInt8], _ coding: BodyCoding, pieces length: Int = .max, limit: Int = 1 << 20
    ) throws(BodyInflater.Fault) -> String {
        let inflater = BodyInflater(coding, maximumLength: limit)
        var body = ByteBuffer()
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + min(length, bytes.count))
            try inflater.unpack(ByteBuffer(bytes: bytes[start..<end]), into: &body)
            start = end
        }
        try inflater.finish()
        return String(buffer: body)
    }

    @Test(arguments: [(gzip, BodyCoding.gzip), (zlib, .deflate), (bare, .deflate)])
    func `each coding is unpacked, in one piece or cut at any length`(bytes: [UInt8], coding: BodyCoding) throws {
        for length in 1...bytes.count { #expect(try Self.unpack(bytes, coding, pieces: length) == Self.text) }
    }

    @Test func `gzip's members may follow each other`() throws {
        for length in [1, 7, .max] {
            #expect(try Self.unpack(Self.gzip + Self.gzip, .gzip, pieces: length) == Self.text + Self.text)
        }
    }

    @Test(arguments: [(gzip, BodyCoding.gzip), (zlib, .deflate), (bare, .deflate)])
    func `what ends early is not whole, wherever it is cut`(bytes: [UInt8], coding: BodyCoding) {
        for length in 0..<bytes.count {
            #expect(throws: BodyInflater.Fault.garbled) { try Self.unpack(Array(bytes[..<length]), coding) }
        }
    }

    @Test func `what is not of its coding is told`() {
        let cases: [([UInt8], BodyCoding)] = [
            (Self.zlib, .gzip), (Self.gzip, .deflate), (Array(Self.text.utf8), .gzip),
            (Array(Self.text.utf8), .deflate),
            (Self.gzip + Array("behind it".utf8), .gzip), (Self.zlib + Self.zlib, .deflate),
        ]
        for (bytes, coding) in cases {
            #expect(throws: BodyInflater.Fault.garbled) { try Self.unpack(bytes, coding) }
        }
    }

    @Test func `no more is unpacked than a body may have`() {
        #expect(throws: BodyInflater.Fault.tooLarge) { try Self.unpack(Self.gzip, .gzip, limit: 17) }
        #expect(throws: Never.self) { try Self.unpack(Self.gzip, .gzip, limit: 18) }
    }

    @Test func `a bomb is let go at its ratio, long before the limit`() throws {
        let bomb = Packed.zeros(megabytes: 64)
        let inflater = BodyInflater(.deflate, maximumLength: 1 << 30)
        var body = ByteBuffer()
        #expect(throws: BodyInflater.Fault.tooLarge) { try inflater.unpack(ByteBuffer(bytes: bomb), into: &body) }
        #expect(body.readableBytes < 16 << 20)
        // Less than a megabyte may be as repetitive as it likes.
        #expect(try Self.unpack(Packed.zeros(megabytes: 1, lessOne: true), .deflate).utf8.count == (1 << 20) - 1)
    }

    @Test(arguments: [
        ([], BodyCoding.identity), (["identity"], .identity), (["", " "], .identity), (["gzip"], .gzip),
        (["GZIP"], .gzip), (["x-gzip"], .gzip), (["identity, gzip"], .gzip), (["deflate"], .deflate),
        (["gzip, gzip"], .unknown("gzip, gzip")), (["gzip", "deflate"], .unknown("gzip, deflate")),
        (["br"], .unknown("br")), (["zstd"], .unknown("zstd")),
    ])
    func `a content-encoding is read`(values: [String], coding: BodyCoding) {
        #expect(BodyCoding(values) == coding)
    }

    private static func request(_ coding: String, length: Int) -> [UInt8] {
        let head = "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: \(coding)\r\n"
        return Array("\(head)Content-Length: \(length)\r\n\r\n".utf8)
    }

    @Test func `a packed request is served as if it had come plain, cut at any byte`() {
        for (coding, packed) in [
            ("gzip", Self.gzip), ("deflate", Self.zlib), ("deflate", Self.bare), ("identity", Array(Self.text.utf8)),
        ] {
            let bytes = Self.request(coding, length: packed.count) + packed
            for cut in stride(from: 1, to: bytes.count, by: 3) {
                let rig = ConnectionRig()
                rig.send(Array(bytes[..<cut])).send(Array(bytes[cut...]))
                #expect(rig.bodies == [Self.text], "\(coding), cut at \(cut)")
                rig.send(Wire.chat("{2}"))
                #expect(rig.bodies == [Self.text, "{2}"])
            }
        }
    }

    @Test func `a packed request that cannot be read, or is too large unpacked, is refused and ends its connection`() {
        let bomb = Packed.zeros(megabytes: 1)
        for (coding, bytes, status) in [
            ("gzip", Array(Self.gzip.dropLast()), "400"), ("gzip", Self.zlib, "400"), ("br", Self.gzip, "400"),
            ("deflate", Array(bomb.prefix(900)), "413"), ("gzip, gzip", Self.gzip, "400"),
        ] {
            let rig = ConnectionRig()
            rig.send(Self.request(coding, length: bytes.count) + bytes)
            #expect(rig.log.contains(status) && rig.bodies.isEmpty, "\(coding): \(rig.log)")
        }
    }

    @Test func `a body whose sender is refused is not unpacked`() {
        let bytes = Array(Packed.zeros(megabytes: 1).prefix(900))
        let rig = ConnectionRig(key: "sk")
        rig.send(Self.request("deflate", length: bytes.count) + bytes)
        #expect(rig.log.contains("401") && !rig.log.contains("413"))
    }
}
