using System.Collections.Concurrent;

namespace InboundBridge.MailFlow.Spool.Health;

/// <summary>
/// Passes on a fault that comes again and again only the first time. Two hosts of a database may answer in turn, so every text that was
/// passed on is remembered, and further texts beyond a number are not news any more.
/// </summary>
internal sealed class RepeatedFault(Action<Exception> report)
{
    private const int Most = 16;

    private readonly ConcurrentDictionary<string, bool> _reported = new(StringComparer.Ordinal);

    public void Report(Exception fault)
    {
        if (_reported.Count < Most && _reported.TryAdd(fault.Message, true))
            report(fault);
    }
}
