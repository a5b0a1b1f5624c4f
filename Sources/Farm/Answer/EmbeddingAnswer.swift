import NIOCore

/// The answers of the three routes for embeddings.
enum EmbeddingAnswer {
    static func make(_ call: ModelCall, model: ModelProfile, figures: AnswerFigures) -> HTTPAnswer {
        let length = max(
            1, min(call.dimensions.flatMap { $0 > 0 ? $0 : nil } ?? model.embeddingLength, model.embeddingLength))
        let vectors = call.inputs.map { Embedding.vector(of: $0, length: length) }
        switch call.route {
        case .embeddings: return .json { writeLegacy(vectors.first, into: &$0) }
        case .openAIEmbeddings:
            var body = ByteBuffer()
            writeOpenAI(call, vectors, figures, into: &body)
            return HTTPAnswer(status: 200, contentType: "application/json", body: body)
        default: return .json { writeNative(call, vectors, figures, into: &$0) }
        }
    }

    /// One vector, not of length 1, no figures.
    private static func writeLegacy(_ vector: [Float]?, into body: inout ByteBuffer) {
        body.writeStaticString("{\"embedding\":")
        body.writeVector(vector ?? [], times: 16)
        body.writeStaticString("}")
    }

    private static func writeNative(
        _ call: ModelCall, _ vectors: [[Float]], _ figures: AnswerFigures, into body: inout ByteBuffer
    ) {
        body.writeStaticString("{\"model\":")
        body.writeJSON(call.model)
        body.writeStaticString(",\"embeddings\":")
        body.writeList("[", vectors, "]") { $0.writeVector($1) }
        body.writeField("total_duration", figures.total)
        body.writeField("load_duration", figures.load)
        if !vectors.isEmpty { body.writeField("prompt_eval_count", figures.promptCount) }
        body.writeStaticString("}")
    }

    private static func writeOpenAI(
        _ call: ModelCall, _ vectors: [[Float]], _ figures: AnswerFigures, into body: inout ByteBuffer
    ) {
        body.writeStaticString("{\"object\":\"list\",\"data\":")
        body.writeList("[", vectors.enumerated(), "]") { body, item in
            body.writeStaticString("{\"object\":\"embedding\",\"embedding\":")
            if call.base64 {
                body.writeStaticString("\"")
                body.writeBase64(item.element)
                body.writeStaticString("\"")
            } else {
                body.writeVector(item.element)
            }
            body.writeString(",\"index\":\(item.offset)}")
        }
        body.writeStaticString(",\"model\":")
        body.writeJSON(call.model)
        body.writeString(
            ",\"usage\":{\"prompt_tokens\":\(figures.promptCount),\"total_tokens\":\(figures.promptCount)}}\n")
    }
}
