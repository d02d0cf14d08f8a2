using System.Globalization;
using Jint.Runtime;

namespace InboundBridge.Rules.Scripting.Running;

/// <summary>
/// Scripts can't read the current time, so that a replayed mail is decided as before. Dates that scripts parse or construct are in UTC.
/// </summary>
internal sealed class NoClock() : DefaultTimeSystem(TimeZoneInfo.Utc, CultureInfo.InvariantCulture)
{
    public static NoClock Instance { get; } = new();

    /// <exception cref="ScriptLimitException">Always.</exception>
    public override DateTimeOffset GetUtcNow() =>
        throw new ScriptLimitException("there is no clock here: use message.received_at, or a time condition");
}
