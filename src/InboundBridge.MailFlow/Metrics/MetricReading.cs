namespace InboundBridge.MailFlow.Metrics;

/// <summary>One series of a gauge that is read on demand: its value, and the values of its labels in the order of their names.</summary>
public readonly record struct MetricReading(double Value, params string[] Labels);
