import Gateway

extension LineWriter {
    /// Writes an address as people do, `-` where it is not known. At most 39 bytes.
    mutating func write(_ address: ClientAddress) {
        guard address.kind != .unknown else { return write(byte: UInt8(ascii: "-")) }
        address.writeText { write(byte: $0) }
    }
}
