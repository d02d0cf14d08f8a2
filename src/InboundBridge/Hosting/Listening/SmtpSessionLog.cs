using InboundBridge.Operations.Refusals;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.Hosting.Listening;

/// <summary>
/// Logs SMTP sessions: refusals with the reply and the reason, faults, failed log-ins.
/// Connections without an incident are logged only at debug level. Refusals go to the journal too.
/// </summary>
internal sealed partial class SmtpSessionLog(ILogger<SmtpSessionLog> logger, RefusalJournal? journal = null) : ISmtpSessionObserver
{
    public void ProxyInvalid(SmtpPeer peer) => ProxyHeaderInvalid(peer.Listener, peer.ClientIp?.ToString());

    public void TlsFailed(SmtpPeer peer, Exception error) =>
        TlsHandshakeFailed(peer.Listener, peer.ClientIp?.ToString(), error.GetBaseException().Message);

    public void Authenticated(SmtpPeer peer, string mechanism) => LoggedIn(peer.Listener, peer.ClientIp?.ToString(), mechanism, peer.User);

    public void AuthenticationFailed(SmtpPeer peer, string mechanism, string? user) =>
        LogInFailed(peer.Listener, peer.ClientIp?.ToString(), mechanism, user);

    public void Refused(SmtpPeer peer, SmtpRefusal refusal)
    {
        journal?.Add(peer, refusal);
        var reply = refusal.Reply;
        CommandRefused(
            peer.Listener, peer.ClientIp?.ToString(), peer.Helo, refusal.Verb, refusal.Sender, refusal.Recipients, reply.Code,
            reply.Enhanced?.ToString(), reply.Text, reply.Reason, reply.LogRule, reply.LogDetail,
            reply.LogAuthentication, reply.LogScan);
    }

    public void Faulted(SmtpPeer peer, SmtpVerb verb, Exception error) =>
        SessionFault(error, peer.Listener, peer.ClientIp?.ToString(), verb);

    public void Ended(SmtpPeer peer, SmtpConnectionOutcome outcome, int messages) =>
        ConnectionEnded(peer.Listener, peer.ClientIp?.ToString(), peer.Helo, outcome, messages);

    [LoggerMessage(EventId = 1101, EventName = "refused", Level = LogLevel.Information,
        Message = "refused listener={Listener} client={Client} helo={Helo} verb={Verb} from=<{Sender}> to={Recipients} "
            + "reply={Code} {Enhanced} {Text} reason={Reason} rule={Rule} detail={Detail} "
            + "authentication={Authentication} scan={Scan}")]
    private partial void CommandRefused(
        string listener, string? client, string? helo, SmtpVerb verb, string? sender, string? recipients, int code, string? enhanced,
        string text, string? reason, string? rule, string? detail, string? authentication, string? scan);

    [LoggerMessage(
        EventId = 1102, EventName = "session_fault", Level = LogLevel.Error, Message =
        "fault in session listener={Listener} client={Client} verb={Verb}")]
    private partial void SessionFault(Exception error, string listener, string? client, SmtpVerb verb);

    [LoggerMessage(
        EventId = 1103, EventName = "tls_failed", Level = LogLevel.Information, Message =
        "TLS failed listener={Listener} client={Client} cause={Cause}")]
    private partial void TlsHandshakeFailed(string listener, string? client, string cause);

    [LoggerMessage(
        EventId = 1104, EventName = "authenticated", Level = LogLevel.Information, Message =
        "authenticated listener={Listener} client={Client} mechanism={Mechanism} user={User}")]
    private partial void LoggedIn(string listener, string? client, string mechanism, string? user);

    [LoggerMessage(
        EventId = 1105, EventName = "authentication_failed", Level = LogLevel.Warning, Message =
        "authentication failed listener={Listener} client={Client} mechanism={Mechanism} user={User}")]
    private partial void LogInFailed(string listener, string? client, string mechanism, string? user);

    [LoggerMessage(
        EventId = 1106, EventName = "connection_ended", Level = LogLevel.Debug, Message =
        "connection ended listener={Listener} client={Client} helo={Helo} outcome={Outcome} messages={Messages}")]
    private partial void ConnectionEnded(string listener, string? client, string? helo, SmtpConnectionOutcome outcome, int messages);

    [LoggerMessage(
        EventId = 1107, EventName = "proxy_header_invalid", Level = LogLevel.Warning, Message =
        "no valid PROXY header listener={Listener} proxy={Client}")]
    private partial void ProxyHeaderInvalid(string listener, string? client);
}
