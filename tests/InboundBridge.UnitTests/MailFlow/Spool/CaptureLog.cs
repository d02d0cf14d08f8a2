using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace InboundBridge.UnitTests.MailFlow.Spool;

/// <summary>Keeps log lines and lets a test wait for one. A transition is logged after everything that belongs to it is done.</summary>
internal sealed class CaptureLog : ILogger
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<(int Event, string Text)> _lines = Channel.CreateUnbounded<(int, string)>();

    public List<(int Event, string Text)> All { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = (eventId.Id, formatter(state, exception) + (exception is null ? "" : $" [{exception.Message}]"));
        lock (All)
            All.Add(line);
        _lines.Writer.TryWrite(line);
    }

    /// <summary>Waits for the next line of an event and skips lines of other events.</summary>
    public async Task<string> NextAsync(int eventId)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var line = await _lines.Reader.ReadAsync(patience.Token);
            if (line.Event == eventId)
                return line.Text;
        }
    }

    public int Count(int eventId)
    {
        lock (All)
            return All.Count(line => line.Event == eventId);
    }
}
