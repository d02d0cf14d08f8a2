using System.Buffers;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Options.Watching;
using InboundBridge.Logging.Syslog;

namespace InboundBridge.Logging;

/// <summary>Passes Microsoft.Extensions.Logging's events to <see cref="LogWriter"/>: one line an event, in the configured format.</summary>
internal sealed class ApplianceLoggerProvider : ILoggerProvider
{
    private const int FirstLine = 1024;

    private const string OwnCategory = "InboundBridge.Logging";

    /// <summary>HOSTNAME of RFC 5424 §6.2.4: printable ASCII.</summary>
    private static readonly string Host = HostText(Environment.MachineName);

    /// <summary>Octets. A thread's buffer that grew beyond this is not kept for its next line.</summary>
    private const int LongestLineKept = 256 * 1024;

    private ILogLineFormat _format;
    private LogLevel _level;
    private readonly TimeProvider _time;
    private readonly LogWriter _writer;
    private readonly bool _isJournal;
    private SecretFilter _secrets = SecretFilter.None;
    private readonly LostLines _lostBySyslog = new();
    private readonly Lock _gate = new();
    private SyslogSender? _syslog;
    private Task _ending = Task.CompletedTask;

    /// <param name="isJournal">Each line gets its level in front, as the journal of systemd takes it.</param>
    public ApplianceLoggerProvider(LogFormat format, TimeProvider time, Stream output, bool isJournal = false)
    {
        _isJournal = isJournal;
        _format = FormatOf(format);
        _time = time;
        _writer = new LogWriter(output, LossNotice);
    }

    /// <summary>Lines thrown away since the start.</summary>
    public long Lost => _writer.Lost;

    /// <summary>What is hidden at present.</summary>
    public SecretFilter Secrets => Volatile.Read(ref _secrets);

    /// <summary>Lines that no syslog receiver got since the start.</summary>
    public long LostBySyslog => _lostBySyslog.Count;

    public ILogger CreateLogger(string categoryName) => new LineLogger(this, categoryName);

    /// <summary>Hides these secrets from the next line on; called at start and after each reload.</summary>
    public void Hide(SecretFilter secrets) => Volatile.Write(ref _secrets, secrets);

    /// <summary>Changes the format from the next line on.</summary>
    public void Use(LogFormat format) => Volatile.Write(ref _format, FormatOf(format));

    /// <summary>
    /// Sets the level from which an event is written whose level <see cref="FrameworkEvents"/> has lowered: the factory's filter has let it
    /// pass by its old level.
    /// </summary>
    public void Use(LogLevel level) => _level = level;

    /// <summary>
    /// Sends each line to this receiver too, from the next line on; null: to none. Lines that the one before did not take go to this one.
    /// </summary>
    public void Use(SyslogAddress? address)
    {
        lock (_gate)
        {
            if (_syslog?.Address.Text == address?.Text)
                return;
            Replace(
                address is null ? null : new SyslogSender(address, SyslogLossNotice, ReportSyslog, _lostBySyslog, _time));
        }
    }

    public void Dispose()
    {
        Task ending;
        lock (_gate)
        {
            Replace(null);
            ending = _ending;
        }
        ending.GetAwaiter().GetResult();
        _writer.Dispose();
    }

    private void Replace(SyslogSender? next)
    {
        if (Interlocked.Exchange(ref _syslog, next) is { } before)
            _ending = Task.WhenAll(_ending, EndAsync(before));
    }

    private static ILogLineFormat FormatOf(LogFormat format) => format == LogFormat.Json ? new JsonLogLine() : new TextLogLine();

    private void Write<TState>(
        LogLevel level, string category, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> words)
    {
        var fields = state as IReadOnlyList<KeyValuePair<string, object?>>;
        // The template itself is one of the fields.
        var isForSyslog = Volatile.Read(ref _syslog) is not null;
        var message = isForSyslog || _format.ShowsMessage(level, fields is { Count: > 1 }) ? words(state, exception) : null;
        var logEvent = new LogEvent(_time.GetUtcNow(), level, category, id.Id, id.Name, message, fields, exception);
        // The thread's buffer is taken out while it is in use: a value whose ToString logs must get another one.
        var line = _line ?? new ArrayBufferWriter<byte>(FirstLine);
        _line = null;
        Write(logEvent, line);
        var secrets = Volatile.Read(ref _secrets);
        _writer.Write(secrets.Hide(line.WrittenSpan) ?? line.WrittenSpan);
        if (isForSyslog)
            TrySend(Hidden(SyslogLine.Write(logEvent, Host), secrets));
        if (line.Capacity > LongestLineKept)
            return;
        line.ResetWrittenCount();
        _line = line;
    }

    private void Write(in LogEvent logEvent, ArrayBufferWriter<byte> line)
    {
        if (_isJournal)
            line.Write(JournalPrefix.Of(logEvent.Level));
        _format.Write(logEvent, line);
    }

    private byte[] LossNotice(long lost)
    {
        var line = new ArrayBufferWriter<byte>();
        Write(LostEvent(lost), line);
        return line.WrittenSpan.ToArray();
    }

    private LogEvent LostEvent(long lost) => new(
        _time.GetUtcNow(), LogLevel.Warning, OwnCategory, 0, "LogLinesLost", "log lines were lost", [new("Lines", lost)], null);

    private byte[] SyslogLossNotice(long lost) => SyslogLine.Write(LostEvent(lost), Host);

    /// <summary>To standard output alone: the receiver that is concerned does not hear it.</summary>
    private void ReportSyslog(bool works, string reason)
    {
        var (level, name, words) = works
            ? (LogLevel.Information, "syslog_works", "the syslog receiver is reached again")
            : (LogLevel.Warning, "syslog_fails", "the syslog receiver can't be reached; lines wait for it, and are lost beyond a limit");
        WriteHere(new LogEvent(
            _time.GetUtcNow(), level, OwnCategory, 0, name, words, works ? null : [new("Reason", reason)], null));
    }

    /// <summary>To standard output alone.</summary>
    private void WriteHere(in LogEvent logEvent)
    {
        var line = new ArrayBufferWriter<byte>();
        Write(logEvent, line);
        _writer.Write(line.WrittenSpan);
    }

    private static byte[] Hidden(byte[] line, SecretFilter secrets) => secrets.Hide(line) ?? line;

    /// <returns>False: the log goes to no receiver.</returns>
    private bool TrySend(byte[] line)
    {
        // A sender that ends has been replaced before.
        while (Volatile.Read(ref _syslog) is { } syslog)
        {
            if (syslog.Send(line))
                return true;
        }
        return false;
    }

    private async Task EndAsync(SyslogSender sender)
    {
        await sender.DisposeAsync();
        var lost = 0L;
        while (sender.TakeUnsent() is { } line)
            lost += TrySend(line) ? 0 : 1;
        _lostBySyslog.Add(lost);
        if (lost + sender.Untold is > 0 and var untold)
            WriteHere(new LogEvent(
                _time.GetUtcNow(), LogLevel.Warning, OwnCategory, 0, "syslog_lines_lost",
                "a syslog receiver did not take these lines in time",
                [new("Receiver", sender.Address.Text), new("Lines", untold)], null));
    }

    private static string HostText(string name) =>
        name.Length > 0 && name.All(letter => letter is > ' ' and <= '~') ? name : "-";

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _line;

    private sealed class LineLogger(ApplianceLoggerProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var level = FrameworkEvents.LevelOf(category, eventId, logLevel);
            if (IsEnabled(level) && (level == logLevel || level >= provider._level))
                provider.Write(level, category, eventId, state, exception, formatter);
        }
    }
}
