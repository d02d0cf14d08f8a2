using InboundBridge.Rules.Yaml;

namespace InboundBridge.Rules;

/// <summary>One rule of a loaded set, with its counters. Immutable but for those.</summary>
public sealed class Rule
{
    private long _hits;
    private long _lastHitTicks;

    internal Rule(string name, SourcePosition position, bool enabled)
    {
        Name = name;
        Position = position;
        Enabled = enabled;
    }

    public string Name { get; }

    public SourcePosition Position { get; }

    public bool Enabled { get; }

    /// <summary>Decisions in which it matched, since this set was loaded.</summary>
    public long Hits => Interlocked.Read(ref _hits);

    /// <summary>By the caller's clock; null when it never matched.</summary>
    public DateTimeOffset? LastHit
    {
        get
        {
            var ticks = Interlocked.Read(ref _lastHitTicks);
            return ticks == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
        }
    }

    internal void CountHit(DateTimeOffset now)
    {
        Interlocked.Increment(ref _hits);
        Interlocked.Exchange(ref _lastHitTicks, now.UtcTicks);
    }
}
