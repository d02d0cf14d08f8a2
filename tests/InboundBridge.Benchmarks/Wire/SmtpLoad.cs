using System.Diagnostics;
using InboundBridge.Benchmarks.Figures;

namespace InboundBridge.Benchmarks.Wire;

/// <summary>
/// The work that the connections of a load share, and its results. Used on the loop's thread; read after it has completed.
/// </summary>
/// <param name="mails">The number of mails to send in total.</param>
/// <param name="size">Octets of a mail's body.</param>
/// <param name="rate">Mails that begin in a second; 0: each begins when a connection has the reply to the one before.</param>
internal sealed class SmtpLoad(int mails, int size, int rate = 0)
{
    private readonly List<long> _waits = new(mails);
    private readonly Dictionary<string, int> _errors = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _begun;
    private int _open;
    private long _start;

    public int Size { get; } = size;

    /// <summary>Each mail has a recipient of its own: its number goes before the name.</summary>
    public bool CountsRecipients { get; init; }

    public Task Completed => _completed.Task;

    public int Accepted => _waits.Count;

    /// <summary>Replies and errors instead of a 250, with their counts.</summary>
    public IReadOnlyDictionary<string, int> Errors => _errors;

    /// <summary>The given percentile of the time from a mail's last octet to its 250.</summary>
    public TimeSpan Percentile(double percent) => Stopwatch.GetElapsedTime(0, Spread.Percentile([.. _waits.Order()], percent));

    public void Opened() => _open++;

    /// <returns>The mail's number, or null if all mails have been started.</returns>
    public int? Next() => _begun < mails ? _begun++ : null;

    /// <summary>When a mail is to begin, as a timestamp of <see cref="Stopwatch"/>; never before that of a lower number.</summary>
    public long Due(int number)
    {
        if (_start == 0)
            _start = Stopwatch.GetTimestamp();
        return rate == 0 ? _start : _start + (Stopwatch.Frequency * number / rate);
    }

    /// <param name="wait">In ticks of <see cref="Stopwatch"/>.</param>
    public void Took(long wait) => _waits.Add(wait);

    public void Failed(string what) => _errors[what] = _errors.GetValueOrDefault(what) + 1;

    public void Closed()
    {
        if (--_open == 0)
            _completed.TrySetResult();
    }
}
