using System.Text;
using InboundBridge.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace InboundBridge.Telemetry;

/// <summary>Replaces secrets in log records before they are exported, by the filter that the log's own lines go through.</summary>
internal sealed class SecretRemover(Func<SecretFilter> secrets) : BaseProcessor<LogRecord>
{
    public override void OnEnd(LogRecord data)
    {
        var filter = secrets();
        if (data.FormattedMessage is { } message)
            data.FormattedMessage = Without(filter, message);
        if (data.Attributes is { } attributes)
            data.Attributes = [.. attributes.Where(each => each.Key != LogEvent.Template).Select(each => Shown(filter, each))];
        if (data.Exception is not { } fault)
            return;
        // The exporter would write the exception as it is, with its secrets.
        data.Exception = null;
        data.Attributes =
        [
            .. data.Attributes ?? [], new("exception.type", fault.GetType().FullName),
            new("exception.message", Without(filter, fault.Message)), new("exception.stacktrace", Without(filter, fault.ToString())),
        ];
    }

    private static KeyValuePair<string, object?> Shown(SecretFilter filter, KeyValuePair<string, object?> field)
    {
        var name = FieldName.Of(field.Key).Text;
        return field.Value is null or bool or int or long or double
            ? new(name, field.Value) : new(name, Without(filter, FieldValue.Of(field.Value)));
    }

    private static string Without(SecretFilter filter, string text) =>
        filter.Hide(Encoding.UTF8.GetBytes(text)) is { } hidden ? Encoding.UTF8.GetString(hidden) : text;
}
