import NIOCore
import Testing

@testable import Gateway

@Suite struct ReplyTests {
    /// A reply with an open chunk in which this has been written.
    private func open(_ frames: String, isChunked: Bool = true) -> Reply {
        var reply = Reply(isChunked: isChunked)
        reply.hasToken = true
        reply.openChunk()
        reply.bytes.writeString(frames)
        return reply
    }

    @Test func `frames of one read are one chunk with its size before it`() {
        var reply = open("data: 1\n\n")
        reply.bytes.writeString("data: 2\n\n")
        let frames = reply.takeFrames()
        #expect(frames.map { String(buffer: $0) } == "00000012\r\ndata: 1\n\ndata: 2\n\n\r\n")
        #expect(reply.isOut && !reply.isOpen && reply.bytes.readableBytes == 0)
    }

    @Test func `a buffer that has gone out is filled again, unless it is large or another is being filled`() {
        for (size, isReused) in [(9, true), (5_000, false)] {
            var reply = open(String(repeating: "x", count: size))
            guard var spent = reply.takeFrames() else {
                Issue.record("no frames")
                continue
            }
            spent.moveReaderIndex(to: spent.writerIndex)
            let memory = spent.withVeryUnsafeBytes { $0.baseAddress }
            reply.reuse(consume spent)
            reply.openChunk()
            reply.bytes.writeString("data: 2\n\n")
            let isSame = reply.bytes.withVeryUnsafeBytes { $0.baseAddress } == memory
            #expect(isSame == isReused)
            reply.reuse(ByteBuffer(string: "late"))
            let next = reply.takeFrames()
            #expect(next.map { String(buffer: $0) } == "00000009\r\ndata: 2\n\n\r\n")
        }
    }

    @Test func `a chunk without a frame stays open and nothing counts as sent`() {
        var reply = open("")
        let frames = reply.takeFrames()
        #expect(frames == nil)
        #expect(reply.isOpen && !reply.isOut)
    }

    @Test func `frames before the first token are kept, and go with it`() {
        var reply = open("data: role\n\n")
        reply.hasToken = false
        let none = reply.takeFrames()
        #expect(none == nil && !reply.isOut)
        reply.bytes.writeString("data: Hi\n\n")
        reply.hasToken = true
        let frames = reply.takeFrames()
        #expect(frames.map { String(buffer: $0) } == "00000016\r\ndata: role\n\ndata: Hi\n\n\r\n")
        #expect(reply.isOut)
    }

    @Test func `a stream ends with the end of its chunks, and an empty one is taken back`() {
        var full = open("data: 1\n\n")
        full.endStream()
        let all = full.take()
        #expect(String(buffer: all) == "00000009\r\ndata: 1\n\n\r\n0\r\n\r\n")
        var empty = open("")
        empty.endStream()
        let none = empty.take()
        #expect(String(buffer: none) == "0\r\n\r\n")
    }

    @Test func `a client that cannot read chunks gets the frames alone`() {
        var reply = open("data: 1\n\n", isChunked: false)
        let frames = reply.takeFrames()
        #expect(frames.map { String(buffer: $0) } == "data: 1\n\n")
        reply.openChunk()
        reply.endStream()
        let rest = reply.take()
        #expect(rest.readableBytes == 0)
    }

    @Test func `a reply that is taken back begins anew, with its head`() {
        var reply = Reply(isChunked: true)
        #expect(reply.needsHead)
        reply.bytes.writeString("HTTP/1.1 200 OK\r\n\r\n")
        reply.openChunk()
        reply.isWhole = true
        #expect(!reply.needsHead)
        reply.discard()
        #expect(reply.needsHead && !reply.isOpen && !reply.isWhole && !reply.hasToken)
    }

    @Test func `a body comes behind its length`() {
        var reply = Reply(isChunked: true)
        var body = ByteBuffer(string: "{}")
        reply.write(body: &body)
        let all = reply.take()
        #expect(String(buffer: all) == "content-length: 2\r\n\r\n{}")
    }

    @Test func `a chunk's size has eight hexadecimal digits`() {
        let values: [UInt32] =
            (0..<32).flatMap { [1 << $0, (1 << $0) &- 1, 0x89AB_CDEF &>> $0] } + [.max, 9, 10, 15, 16]
        for value in values {
            let digits = String(value, radix: 16)
            let expected = String(repeating: "0", count: 8 - digits.count) + digits
            var bytes = ByteBuffer()
            bytes.writeInteger(Reply.hexDigits(of: value))
            #expect(String(buffer: bytes) == expected)
        }
    }
}
