namespace InboundBridge.MailFlow.Metrics;

/// <summary>One metric as it was asked for; the name is without the prefix.</summary>
internal sealed record MetricDeclaration(string Kind, string Name, IReadOnlyList<string> Labels, IReadOnlyList<double> Buckets);
