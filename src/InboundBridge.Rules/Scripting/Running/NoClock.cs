using System.Globalization;
using Jint.Runtime;

namespace InboundBridge.Rules.Scripting.Running;

/// <summary>Scripts know no present, so that a replayed mail is decided as it was. Dates that they are given or write are read in UTC.</summary>
internal sealed class NoClock() : DefaultTimeSystem(TimeZoneInfo.Utc, CultureInfo.InvariantCulture)
{
    public static NoClock Instance { get; } = new();

    /// <exception cref="ScriptLimitException">Always.</exception>
    public override DateTimeOffset GetUtcNow() => throw new ScriptLimitException("there is no clock here: use message.received_at, or a time condition");
}
