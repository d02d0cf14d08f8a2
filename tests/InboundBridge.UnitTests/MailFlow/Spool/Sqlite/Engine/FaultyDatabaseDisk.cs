using InboundBridge.MailFlow.Spool.Sqlite.Log;
using InboundBridge.MailFlow.Spool.Sqlite.Opening;
using InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Log;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Engine;

/// <summary>
/// The disk under SQLite's own files, over a real folder: writes and syncs that fail or hang on demand, and a power loss that leaves any
/// part of what was not synced. Open the spool with what <see cref="Under"/> returns.
/// </summary>
internal sealed class FaultyDatabaseDisk : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, FaultyFile> _files = new(StringComparer.Ordinal);

    public FaultyDatabaseDisk(string folder)
    {
        Folder = folder;
        FaultyVfs.Attach(this);
    }

    public string Folder { get; }

    /// <summary>Returns true for the operations on a file that fail with an I/O error.</summary>
    public Func<string, FaultyOperation, bool> Fails { get; set; } = (_, _) => false;

    /// <summary>Called before each sync of a file, on SQLite's thread; may hang.</summary>
    public Action<string> Syncing { get; set; } = _ => { };

    /// <summary>The internals of a spool whose database and log are on this disk.</summary>
    public SpoolInternals Under(SpoolInternals internals) =>
        internals with { Vfs = FaultyVfs.Name, OpenLog = path => new FaultyLogFile(this, path), FlushLog = FlushLog };

    public FaultyFile Open(string name)
    {
        lock (_gate)
        {
            if (!_files.TryGetValue(name, out var file))
                _files[name] = file = new FaultyFile(this, name);
            return file;
        }
    }

    /// <summary>The file was deleted; the next one of that name is another file.</summary>
    public void Deleted(string name)
    {
        lock (_gate)
            _files.Remove(name);
    }

    public bool IsRefused(string name, FaultyOperation operation) => Fails(name, operation);

    /// <summary>Loses power now, and puts what the disk holds into a folder.</summary>
    public void LosePower(SpoolFolder disk, Random chance)
    {
        lock (_gate)
        {
            // The index of the log is shared memory and is rebuilt.
            File.Delete(Path.Combine(disk.Path, "spool.db-shm"));
            foreach (var (name, file) in _files)
            {
                var path = Path.Combine(disk.Path, name);
                File.Delete(path);
                if (file.AfterPowerLoss(chance) is { } content)
                    File.WriteAllBytes(path, content);
            }
            // The key was durable before anything that it encrypts.
            File.Copy(Path.Combine(Folder, "options.key"), Path.Combine(disk.Path, "options.key"), overwrite: true);
        }
    }

    public void Dispose() => FaultyVfs.Detach(this);

    private void FlushLog(string path)
    {
        if (IsRefused(Path.GetFileName(path), FaultyOperation.Sync))
            throw new IOException("disk I/O error");
        LogFlush.Run(path);
        if (File.Exists(path))
            Open(Path.GetFileName(path)).Rewritten(File.ReadAllBytes(path));
    }
}
