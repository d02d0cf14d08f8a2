using InboundBridge.MailFlow.Spool.Bodies;
using Microsoft.Win32.SafeHandles;

namespace InboundBridge.UnitTests.MailFlow.Spool.Bodies;

/// <summary>
/// A disk with faults, over a real folder: writes and syncs that fail or hang, and a power loss
/// that takes every octet and every name that was not synced.
/// </summary>
internal sealed class FaultyFiles(string path) : IBodyFiles
{
    private readonly BodyFiles _disk = new(path);
    private readonly Lock _gate = new();
    private readonly Dictionary<SafeFileHandle, string> _open = [];
    private readonly Dictionary<string, byte[]> _syncedOctets = new(StringComparer.Ordinal);
    private readonly HashSet<string> _syncedNames = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public bool WritesFail { get; set; }

    public bool SyncsFail { get; set; }

    public long? FreeBytes { get; set; } = long.MaxValue;

    /// <summary>If not null, syncing names waits for it.</summary>
    public ManualResetEventSlim? Stuck { get; set; }

    /// <summary>Set when a call hangs in <see cref="Stuck"/>.</summary>
    public TaskCompletionSource Hanging { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SafeFileHandle Create(string messageId)
    {
        var file = _disk.Create(messageId);
        lock (_gate)
        {
            _open[file] = messageId;
            _names.Add(messageId);
        }
        return file;
    }

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> octets, long offset)
    {
        if (WritesFail)
            throw new IOException("Input/output error");
        _disk.Write(file, octets, offset);
    }

    public void Flush(SafeFileHandle file)
    {
        if (SyncsFail)
            throw new IOException("Input/output error");
        var octets = new byte[RandomAccess.GetLength(file)];
        RandomAccess.Read(file, octets, 0);
        lock (_gate)
            _syncedOctets[_open[file]] = octets;
    }

    public void FlushNames()
    {
        if (Stuck is { } stuck)
        {
            Hanging.TrySetResult();
            stuck.Wait();
        }
        if (SyncsFail)
            throw new IOException("Input/output error");
        lock (_gate)
            _syncedNames.UnionWith(_names);
    }

    public SafeFileHandle? OpenRead(string messageId) => _disk.OpenRead(messageId);

    public void Delete(string messageId) => _disk.Delete(messageId);

    public IEnumerable<string> List() => _disk.List();

    public long? FindFreeBytes() => FreeBytes;

    /// <summary>Turns a copy of the spool's folder into what a power loss leaves.</summary>
    public void LosePower(SpoolFolder copy)
    {
        var bodies = Path.Combine(copy.Path, "bodies");
        foreach (var file in Directory.GetFiles(bodies))
        {
            var id = Path.GetFileNameWithoutExtension(file);
            lock (_gate)
            {
                if (_syncedNames.Contains(id))
                    File.WriteAllBytes(file, _syncedOctets.GetValueOrDefault(id, []));
                else
                    File.Delete(file);
            }
        }
    }
}
