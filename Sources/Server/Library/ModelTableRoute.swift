import Balancer
import Dialects
import Hummingbird
import NIOCore

/// `GET /pool/models`: which box has, has loaded and lacks which model, and with which content.
struct ModelTableRoute {
    let server: ServerContext

    func table() -> Response {
        OllamaRoutes.json(
            ByteBuffer(
                bytes: ModelTable(server.balancer.library(), server.boxes.placement).json.bytes))
    }
}
