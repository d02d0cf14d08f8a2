using InboundBridge.Acme.Challenges;
using InboundBridge.Acme.Issuing;
using InboundBridge.Acme.Protocol;
using InboundBridge.Acme.Renewal;
using InboundBridge.Acme.Storing;
using InboundBridge.Certificates;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.UnitTests.MailFlow.Spool;
using Microsoft.Extensions.Logging;

namespace InboundBridge.UnitTests.Host.Acme;

/// <summary>Our side against a <see cref="FakeAuthority"/>, with a real folder. Waits pass at once on a fake clock.</summary>
internal sealed class AcmeCase : IDisposable
{
    public AcmeCase()
    {
        Clock = new FakeTimeProvider(FakeTime.Start);
        Authority = new FakeAuthority { Answers = Answers, Clock = Clock };
        Folder = new AcmeFolder(Spool.Path);
        Store = NewStore();
        Log = new AcmeLog(new CaptureLogger(Lines));
    }

    public SpoolFolder Spool { get; } = new();

    public FakeTimeProvider Clock { get; }

    public ChallengeAnswers Answers { get; } = new();

    public FakeAuthority Authority { get; }

    public AcmeFolder Folder { get; }

    public CertificateStore Store { get; private set; }

    public CaptureLog Lines { get; } = new();

    public AcmeLog Log { get; }

    /// <summary>The waits between polls.</summary>
    public List<TimeSpan> Waits { get; } = [];

    public AcmeOptions Options { get; set; } = new()
    {
        Email = "ops@example.com",
        Directory = FakeAuthority.Directory,
        Names = ["mx.example.com", "mail.example.com"],
    };

    public string AcmePath => Path.Combine(Spool.Path, "acme");

    public AcmeHttp Http(AcmeLimits? limits = null) =>
        new(new Unowned(Authority), "InboundBridge/test", limits ?? new AcmeLimits(), Clock);

    public async Task<AcmeClient> ClientAsync(AccountKey? key = null, AcmeLimits? limits = null)
    {
        var session = await AcmeSession.OpenAsync(
            Http(limits), FakeAuthority.Directory, key ?? AccountKey.Create(), CancellationToken.None);
        return new AcmeClient(session, Clock, PauseAsync);
    }

    public async Task<CertificateIssue> IssueAsync(AccountKey? key = null)
    {
        var client = await ClientAsync(key);
        await client.SignInAsync(Options.Email, external: null, CancellationToken.None);
        return new CertificateIssue(client, Answers, Folder, Options, Clock, Log);
    }

    /// <summary>As a start makes it.</summary>
    public AcmeRenewal Renewal(AcmeOptions? options = null)
    {
        Store.Dispose();
        Store = NewStore();
        return new AcmeRenewal(
            options ?? Options, Folder, Store, Answers, _ => Http(), new MetricRegistry(), Clock, new Random(1), Log, PauseAsync);
    }

    public void Dispose()
    {
        Store.Dispose();
        Authority.Dispose();
        Spool.Dispose();
    }

    private CertificateStore NewStore() =>
        new(new TlsOptions(), new MetricRegistry(), Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<CertificateStore>.Instance);

    private Task PauseAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        Waits.Add(wait);
        Clock.Advance(wait);
        return Task.CompletedTask;
    }

    /// <summary>The client disposes its handler; the authority lives on.</summary>
    private sealed class Unowned(HttpMessageHandler inner) : HttpMessageHandler
    {
        private readonly HttpMessageInvoker _inner = new(inner, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            _inner.SendAsync(request, cancellationToken);
    }

    private sealed class CaptureLogger(CaptureLog lines) : ILogger<AcmeLog>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Log(logLevel, eventId, state, exception, formatter);
    }
}
