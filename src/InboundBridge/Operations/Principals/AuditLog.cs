namespace InboundBridge.Operations.Principals;

/// <summary>Writes one line for each change that a principal makes.</summary>
internal sealed partial class AuditLog(ILogger<AuditLog> logger)
{
    /// <param name="target">What was changed: an id, a name, or the filter as the caller wrote it.</param>
    public void Changed(Principal who, Operation operation, string target, int count) =>
        ApiChanged(who.Name, who.Via, operation.Name, target, count);

    [LoggerMessage(EventId = 2721, EventName = "api_change", Level = LogLevel.Information,
        Message = "changed over HTTP: token={Token} via={Via} action={Action} target={Target} count={Count}")]
    private partial void ApiChanged(string token, string via, string action, string target, int count);
}
