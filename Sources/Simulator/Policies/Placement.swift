/// Which boxes may serve which models.
struct Placement: Sendable {
    private let boxesOfModel: [[Int]]

    /// Every model on every box.
    init(everywhere pool: SimulatedPool) {
        boxesOfModel = pool.models.map { _ in Array(pool.boxes.indices) }
    }

    /// As the pool has it by hand.
    init(pinned pool: SimulatedPool) {
        boxesOfModel = pool.models.indices.map { model in
            pool.boxes.indices.filter { pool.pinned.isEmpty || pool.pinned[$0].contains(model) }
        }
    }

    /// In the pool's order.
    func boxes(of model: Int) -> [Int] { boxesOfModel[model] }
}
