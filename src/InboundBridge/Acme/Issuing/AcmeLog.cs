using InboundBridge.Acme.Protocol;

namespace InboundBridge.Acme.Issuing;

/// <summary>What happens between us and the authority (docs/certificates.md lists it).</summary>
internal sealed partial class AcmeLog(ILogger<AcmeLog> log)
{
    private readonly ILogger _log = log;

    public void Failed(IEnumerable<string> names, AcmeException cause, DateTimeOffset next) =>
        Failed(cause.IsRateLimit ? LogLevel.Warning : LogLevel.Error, string.Join(' ', names), next, cause.Message, cause.Remedy ?? "-");

    [LoggerMessage(
        EventId = 2401, EventName = "acme_account", Level = LogLevel.Information, Message =
        "account at the authority: directory={Directory} account={Account}")]
    public partial void Account(string directory, string account);

    [LoggerMessage(
        EventId = 2402, EventName = "acme_order", Level = LogLevel.Information, Message =
        "certificate ordered: names={Names} order={Order} resumed={Resumed}")]
    public partial void Ordered(string names, string order, bool resumed);

    [LoggerMessage(
        EventId = 2403, EventName = "acme_certificate", Level = LogLevel.Information, Message =
        "certificate in use: names={Names} issuer={Issuer} expires={Expires}")]
    public partial void InUse(string names, string issuer, DateTimeOffset expires);

    [LoggerMessage(
        EventId = 2404, EventName = "acme_next", Level = LogLevel.Information, Message =
        "next renewal: names={Names} at={At} expires={Expires}")]
    public partial void Planned(string names, DateTimeOffset at, DateTimeOffset expires);

    [LoggerMessage(
        EventId = 2406, EventName = "acme_stored_unusable", Level = LogLevel.Warning, Message =
        "a stored file can't be used, and is made anew: file={File}: {Problem}")]
    public partial void StoredUnusable(string file, string problem);

    [LoggerMessage(
        EventId = 2407, EventName = "acme_challenge", Level = LogLevel.Debug, Message =
        "the authority asks for a proof: name={Name} challenge={Challenge}")]
    public partial void Asked(string name, string challenge);

    [LoggerMessage(
        EventId = 2408, EventName = "acme_renewal_info", Level = LogLevel.Debug, Message =
        "the authority does not say when to renew: {Problem}")]
    public partial void NoWindow(string problem);

    [LoggerMessage(
        EventId = 2409, EventName = "acme_paused", Level = LogLevel.Warning, Message =
        "the authority's rate limit lasts: directory={Directory} until={Until}")]
    public partial void Paused(string directory, DateTimeOffset until);

    [LoggerMessage(
        EventId = 2405, EventName = "acme_failed", Message =
        "no new certificate; one that is in use stays in use: names={Names} next_attempt={Next} cause={Cause} remedy={Remedy}")]
    private partial void Failed(LogLevel level, string names, DateTimeOffset next, string cause, string remedy);
}
