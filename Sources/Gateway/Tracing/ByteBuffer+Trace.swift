import NIOCore

extension ByteBuffer {
    /// Puts a `traceparent` behind the request line that the readable bytes begin with. What follows is moved, so only a
    /// request that is traced pays for it.
    mutating func insert(_ place: TraceContext) {
        let name: StaticString = "traceparent: "
        let size = name.utf8CodeUnitCount + TraceContext.width + 2
        guard let lineFeed = readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else { return }
        let start = lineFeed + 1 - readerIndex
        let count = readableBytes
        reserveCapacity(minimumWritableBytes: size)
        moveWriterIndex(forwardBy: size)
        withUnsafeMutableReadableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            let line = base + start
            (line + size).copyMemory(from: line, byteCount: count - start)
            line.copyMemory(from: name.utf8Start, byteCount: name.utf8CodeUnitCount)
            place.write(to: line + name.utf8CodeUnitCount)
            (line + size - 2).storeBytes(of: UInt8(ascii: "\r"), as: UInt8.self)
            (line + size - 1).storeBytes(of: UInt8(ascii: "\n"), as: UInt8.self)
        }
    }
}

extension TraceContext {
    /// Writes the value of a `traceparent`: 55 bytes.
    fileprivate func write(to start: UnsafeMutableRawPointer) {
        func number(_ value: UInt64, at offset: Int) {
            let (first, second) = (UInt32(truncatingIfNeeded: value >> 32), UInt32(truncatingIfNeeded: value))
            start.storeBytes(of: CallID.digits(first).littleEndian, toByteOffset: offset, as: UInt64.self)
            start.storeBytes(of: CallID.digits(second).littleEndian, toByteOffset: offset + 8, as: UInt64.self)
        }
        func text(_ bytes: StaticString, at offset: Int) {
            (start + offset).copyMemory(from: bytes.utf8Start, byteCount: bytes.utf8CodeUnitCount)
        }
        text("00-", at: 0)
        number(high, at: 3)
        number(low, at: 19)
        text("-", at: 35)
        number(span, at: 36)
        text(isSampled ? "-01" : "-00", at: 52)
    }
}
