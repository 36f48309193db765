/// The configuration of the paper that the product implements, as it stands there.
public let paperConfiguration = """
    # orchestration_config.yaml
    orchestration:
      scheduling:
        algorithm: "reinforcement_learning"
        learning_rate: 0.001
        exploration_rate: 0.1
        batch_size: 32
    \("    ")
      optimization:
        bottleneck_threshold: 0.8
        optimization_interval: 300  # seconds
        max_parallel_optimizations: 5
    \("    ")
      resource_prediction:
        model_type: "lstm"
        prediction_horizon: 3600  # seconds
        retrain_interval: 86400  # seconds
    \("    ")
      performance:
        target_latency_ms: 100
        target_completion_improvement: 0.30
        target_resource_reduction: 0.20
    """
