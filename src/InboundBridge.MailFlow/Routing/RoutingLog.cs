using InboundBridge.Rules.Contract;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Routing;

/// <summary>Log events of rules: rules that could not be carried out, lines that scripts log, and divergences of shadow rules.</summary>
public sealed partial class RoutingLog(ILogger<RoutingLog> logger)
{
    internal void Decided(string messageId, RuleDecision decision)
    {
        foreach (var error in decision.Errors)
            RuleFailed(messageId, error.ToString());
        foreach (var line in decision.ScriptLog)
            ScriptSaid(messageId, line);
    }

    [LoggerMessage(EventId = 1203, EventName = "shadow_divergence", Level = LogLevel.Information,
        Message = "shadow rules differ {Id} to={Recipient} live={LiveRule}: {Live} shadow={ShadowRule}: {Shadow}")]
    internal partial void ShadowDiverged(string id, string recipient, string? liveRule, string live, string? shadowRule, string shadow);

    [LoggerMessage(EventId = 1204, EventName = "shadow_fault", Level = LogLevel.Error,
        Message = "shadow rules could not be asked about a mail id={Id}")]
    internal partial void ShadowFailed(Exception fault, string id);

    [LoggerMessage(EventId = 1201, EventName = "rule_failed", Level = LogLevel.Error, Message = "rule failed {Id}: {Problem}")]
    private partial void RuleFailed(string id, string problem);

    [LoggerMessage(EventId = 1202, EventName = "script_log", Level = LogLevel.Information, Message = "script {Id}: {Line}")]
    private partial void ScriptSaid(string id, string line);
}
