import NIOCore

/// Vectors that depend on nothing but the text.
enum Embedding {
    /// A vector of length 1.
    static func vector(of text: String, length: Int) -> [Float] {
        var dice = Dice(seed: TextHash.of(text))
        let raw = (0..<length).map { _ in dice.unit() * 2 - 1 }
        let norm = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return raw.map { Float($0 / max(norm, .leastNormalMagnitude)) }
    }
}

extension ByteBuffer {
    /// `[0.0123457,-0.5]`: seven digits, never an exponent.
    mutating func writeVector(_ vector: [Float], times factor: Float = 1) {
        writeList("[", vector, "]") { buffer, element in
            let scaled = Int((element * factor * 1e7).rounded())
            if scaled < 0 { buffer.writeStaticString("-") }
            let (whole, fraction) = scaled.magnitude.quotientAndRemainder(dividingBy: 10_000_000)
            buffer.writeString(String(whole))
            guard fraction > 0 else { return }
            buffer.writeStaticString(".")
            buffer.writeDigits(Int(fraction), width: 7, dropZeros: true)
        }
    }

    /// Little-endian four-byte floats in base64.
    mutating func writeBase64(_ vector: [Float]) {
        let bytes = vector.flatMap { element in withUnsafeBytes(of: element.bitPattern.littleEndian) { Array($0) } }
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = 0
            for offset in 0..<3 { bits = bits << 8 | (offset < group.count ? Int(group[start + offset]) : 0) }
            for place in 0..<4 {
                writeInteger(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
    }

    /// A number with zeros before it up to `width` digits, and without those at its end if asked.
    mutating func writeDigits(_ number: Int, width: Int, dropZeros: Bool = false) {
        var number = number
        var width = width
        if dropZeros {
            while width > 1, number % 10 == 0 {
                number /= 10
                width -= 1
            }
        }
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            writeInteger(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }
}
