using System.Security.Cryptography;
using InboundBridge.Acme.Challenges;
using InboundBridge.Acme.Issuing;
using InboundBridge.Acme.Protocol;
using InboundBridge.Acme.Renewal;
using InboundBridge.Acme.Storing;
using InboundBridge.Certificates;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Delivery.Webhook.Transport;
using InboundBridge.Setup;

namespace InboundBridge.Hosting.Wiring;

/// <summary>The certificate of <c>tls.acme</c>, and the answers to its authority's challenges.</summary>
internal sealed class AcmeWiring : IAsyncDisposable
{
    private static readonly AcmeLimits Limits = new();

    public AcmeWiring(
        ApplianceOptions options, CertificateStore certificates, MetricsWiring metrics, ILoggerFactory logs, TimeProvider clock) =>
        Renewal = new AcmeRenewal(
            options.Tls.Acme, new AcmeFolder(options.Spool.Path), certificates, Answers, acme => Connect(acme, clock), metrics.Registry,
            clock, new Random(RandomNumberGenerator.GetInt32(int.MaxValue)), new AcmeLog(logs.CreateLogger<AcmeLog>()));

    public ChallengeAnswers Answers { get; } = new();

    public AcmeRenewal Renewal { get; }

    public ValueTask DisposeAsync() => Renewal.DisposeAsync();

    private static AcmeHttp Connect(AcmeOptions acme, TimeProvider clock)
    {
        var trusted = acme.TrustedCertificates is { } file ? TrustedCertificates.Read(file) : null;
        return new AcmeHttp(AcmeHttp.Network(trusted, Limits), $"InboundBridge/{ProductVersion.Text}", Limits, clock);
    }
}
