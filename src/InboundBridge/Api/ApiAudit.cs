using InboundBridge.Http.Access;

namespace InboundBridge.Api;

/// <summary>One line for everything that somebody changes over HTTP.</summary>
internal sealed partial class ApiAudit(ILogger<ApiAudit> logger)
{
    public void Changed(ApiCaller caller, string action, string target, int count) => ApiChanged(caller.Name, action, target, count);

    [LoggerMessage(EventId = 2301, EventName = "api_change", Level = LogLevel.Information, Message = "changed over HTTP: token={Token} action={Action} target={Target} count={Count}")]
    private partial void ApiChanged(string token, string action, string target, int count);
}
