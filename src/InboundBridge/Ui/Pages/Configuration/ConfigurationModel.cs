using InboundBridge.Operations.Status;

namespace InboundBridge.Ui.Pages.Configuration;

/// <summary>What is in force, and whether it can be used as it is on disk.</summary>
/// <param name="Domains">Those with DNS records to publish.</param>
public sealed record ConfigurationModel(
    ConfigurationReport Report, Statistics Statistics, IReadOnlyList<CertificateExpiry> Certificates, IReadOnlyList<string> Domains);
