using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Spool.Moving;

/// <summary>What was found to be wrong. The number is bounded, because a broken disk may damage every mail.</summary>
public sealed class MoveProblems
{
    /// <summary>Our choice: as many as a person reads.</summary>
    private const int Most = 1000;

    private readonly List<string> _texts = [];

    /// <summary>The first ones.</summary>
    public IReadOnlyList<string> Texts => _texts;

    public long Count { get; private set; }

    internal void Add(string text)
    {
        Count++;
        if (_texts.Count < Most)
            _texts.Add(text);
    }

    /// <summary>Reads a record; null, with the problem noted, where it is damaged.</summary>
    internal T? Try<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (MessageDamagedException fault)
        {
            Add(fault.Message);
            return null;
        }
    }
}
