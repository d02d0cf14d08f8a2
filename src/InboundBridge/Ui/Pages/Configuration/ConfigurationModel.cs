using InboundBridge.Operations.Status;

namespace InboundBridge.Ui.Pages.Configuration;

/// <summary>What is in force, and whether it can be used as it is on disk.</summary>
public sealed record ConfigurationModel(
    ConfigurationReport Report, Statistics Statistics, IReadOnlyList<CertificateExpiry> Certificates);
