/// Reads what a deployment's tokens cost. `litellm_params` wins over `model_info`.
struct PriceReader {
    let log: DiagnosticLog

    /// `nil` where nothing is written.
    func read(_ params: SectionReader, _ info: SectionReader?) -> Configuration.PriceOverride? {
        func cost(_ key: String) -> String? {
            let described = info?.price(key)
            return (params.price(key) ?? described)?.value
        }
        var price = Configuration.PriceOverride(
            input: cost("input_cost_per_token"), output: cost("output_cost_per_token"),
            cacheRead: cost("cache_read_input_token_cost"), cacheWrite: cost("cache_creation_input_token_cost"))
        for length in Configuration.PriceOverride.lengths {
            let end = "_above_\(length)k_tokens"
            let long = Configuration.PriceOverride.LongPrompt(
                above: length * 1000, input: cost("input_cost_per_token" + end),
                output: cost("output_cost_per_token" + end), cacheRead: cost("cache_read_input_token_cost" + end),
                cacheWrite: cost("cache_creation_input_token_cost" + end))
            if long != Configuration.PriceOverride.LongPrompt(above: length * 1000) { price.longPrompts.append(long) }
        }
        return price == Configuration.PriceOverride() ? nil : price
    }
}

extension SectionReader {
    /// Dollars for one token, as the decimal number that is written: a `Double` would not be it.
    fileprivate func price(_ key: String) -> Located<String>? {
        guard let (scalar, node) = scalar(key, expects: "a number") else { return nil }
        guard let text = scalar.decimal, let value = Double(text), value.isFinite else {
            log.fault(node.mark, path(key), "expects a number, found \(scalar.shown)")
            return nil
        }
        guard !text.hasPrefix("-") else {
            log.fault(node.mark, path(key), "must be at least 0, not \(scalar.shown)")
            return nil
        }
        guard text.utf8.count <= 64, value == 0 || (1e-15...1e6).contains(value) else {
            log.fault(node.mark, path(key), "is not a possible price of one token")
            return nil
        }
        if value >= 0.01 {
            log.warning(
                node.mark, path(key), "is in dollars for one token; 2.50 for a million tokens is written 2.5e-06")
        }
        return located(text, node, key)
    }
}
