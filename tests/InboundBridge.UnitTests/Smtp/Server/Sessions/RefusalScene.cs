using System.Net;
using InboundBridge.Smtp.Server;

namespace InboundBridge.UnitTests.Smtp.Server.Sessions;

/// <summary>The server and client of a refusal.</summary>
internal sealed record RefusalScene
{
    public SmtpListenerMode Mode { get; init; }

    public SmtpServerOptions Options { get; init; } = new() { Hostname = "mx.example.net" };

    public SmtpListenerOptions Listener { get; init; } = new();

    public EndPoint Remote { get; init; } = new IPEndPoint(IPAddress.Parse("192.0.2.7"), 40000);

    public static RefusalScene With(SmtpLimits limits, SmtpListenerOptions? listener = null) =>
        new()
        {
            Options = new() { Hostname = "mx.example.net", Limits = limits with { AuthenticationDelay = TimeSpan.Zero } },
            Listener = listener ?? new()
        };

    public static RefusalScene Submission(SmtpListenerOptions? listener = null) => With(new SmtpLimits()) with
    {
        Mode = SmtpListenerMode.Submission,
        Listener = listener
            ?? new() { Authenticator = new TestAuthenticator(), AllowPlaintextAuthentication = true, RequireAuthentication = true },
    };

    public RefusalScene From(string address) => this with { Remote = new IPEndPoint(IPAddress.Parse(address), 40000) };
}
