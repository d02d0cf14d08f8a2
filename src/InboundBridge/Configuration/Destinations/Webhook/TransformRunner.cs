using InboundBridge.MailFlow.Delivery.Webhook.Transforming;
using InboundBridge.Rules.Scripting;

namespace InboundBridge.Configuration.Destinations.Webhook;

/// <summary>Runs a destination's transform in the script workers, and logs what it says.</summary>
internal sealed partial class TransformRunner(
    string destination, TransformScript script, IScriptRunner workers, ILogger<TransformRunner> log)
{
    public async ValueTask<TransformAnswer> RunAsync(TransformInput input, CancellationToken cancellationToken)
    {
        var answer = await script.RunAsync(workers, input.MessageJson, input.Recipient, input.Vars, cancellationToken);
        foreach (var line in answer.Log)
            Said(input.MessageId, destination, line);
        return new TransformAnswer(answer.Value, answer.Error?.ToString(), script.File);
    }

    [LoggerMessage(
        EventId = 1301, EventName = "transform_log", Level = LogLevel.Information, Message = "transform {Id} to={Destination}: {Line}")]
    private partial void Said(string id, string destination, string line);
}
