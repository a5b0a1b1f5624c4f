/// What Ollama's `options` may hold. A box answers 500 to a wrong type, which would count against it.
enum OllamaOption {
    /// Refuses a value of another type than the option of this name has; unknown names may have any.
    static func check(_ name: String, _ value: UnsafeRawBufferPointer) throws(RequestFault) {
        switch name {
        case "num_ctx":
            // The balancer counts with it, so it must be a number of tokens that there can be.
            guard let number = JSONNumber.double(value), abs(number) < 1e9 else {
                throw .option(name, mustBe: "integer")
            }
        case "num_keep", "seed", "num_predict", "top_k", "repeat_last_n", "num_batch", "num_gpu", "main_gpu",
            "num_thread", "draft_num_predict":
            guard JSONNumber.double(value) != nil else { throw .option(name, mustBe: "integer") }
        case "top_p", "min_p", "typical_p", "temperature", "repeat_penalty", "presence_penalty", "frequency_penalty":
            guard JSONNumber.double(value) != nil else { throw .option(name, mustBe: "float32") }
        case "use_mmap":
            guard value[0] == 0x74 || value[0] == 0x66 else { throw .option(name, mustBe: "boolean") }
        case "stop":
            guard value[0] == 0x5b else { throw .option(name, mustBe: "array") }
            var areStrings = true
            value.forEachElement(of: JSONSlice(from: 0, to: value.count)) {
                areStrings = areStrings && value[$0][0] == 0x22
            }
            guard areStrings else { throw .option(name, mustBe: "array of strings") }
        default: break
        }
    }

    /// A whole number as Ollama reads it: a fraction is cut off; nil for what no counter can hold.
    static func integer(_ value: UnsafeRawBufferPointer) -> Int? {
        JSONNumber.double(value).flatMap { Int(exactly: $0.rounded(.towardZero)) }
    }
}

extension UnsafeRawBufferPointer {
    /// A number without its fraction, which Ollama cuts off where it counts and others refuse. One with an exponent stays as
    /// it is.
    func wholePart(of number: JSONSlice) -> JSONSlice {
        let text = self[number]
        guard let point = text.firstIndex(of: 0x2e), !text.contains(0x65), !text.contains(0x45) else { return number }
        return JSONSlice(from: Int(number.start), to: Int(number.start) + point)
    }
}
