using SQLitePCL;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Engine;

/// <summary>
/// A file of SQLite on a disk with faults: what is durable, and what was written since the last sync and may reach the disk in part and in
/// any order. All connections share it.
/// </summary>
internal sealed class FaultyFile(FaultyDatabaseDisk disk, string name)
{
    private const int Sector = 512;

    private readonly Lock _gate = new();
    private readonly List<Change> _pending = [];
    private readonly FileContent _synced = new();
    private bool _isNameSynced;

    public int Write(ReadOnlySpan<byte> octets, long offset)
    {
        if (disk.IsRefused(name, FaultyOperation.Write))
            return raw.SQLITE_IOERR_WRITE;
        lock (_gate)
            _pending.Add(new Change(offset, octets.ToArray()));
        return raw.SQLITE_OK;
    }

    public int Truncate(long size)
    {
        if (disk.IsRefused(name, FaultyOperation.Write))
            return raw.SQLITE_IOERR_TRUNCATE;
        lock (_gate)
            _pending.Add(new Change(size, null));
        return raw.SQLITE_OK;
    }

    public int Sync()
    {
        disk.Syncing(name);
        var isRefused = disk.IsRefused(name, FaultyOperation.Sync);
        lock (_gate)
        {
            // A kernel that could not write a page forgets that it has to: the next sync succeeds without it.
            if (!isRefused)
            {
                Apply(_synced, _pending);
                _isNameSynced = true;
            }
            _pending.Clear();
        }
        return isRefused ? raw.SQLITE_IOERR_FSYNC : raw.SQLITE_OK;
    }

    /// <summary>All of it was rewritten and synced.</summary>
    public void Rewritten(byte[] content)
    {
        lock (_gate)
        {
            _synced.Truncate(0);
            _synced.Write(content, 0);
            _isNameSynced = true;
            _pending.Clear();
        }
    }

    /// <summary>What a power loss may leave: some of the sectors that were not synced. Null if not even the name is left.</summary>
    public byte[]? AfterPowerLoss(Random chance)
    {
        lock (_gate)
        {
            if (!_isNameSynced && chance.Next(2) == 0)
                return null;
            var share = chance.NextDouble();
            var left = new FileContent();
            left.Write(_synced.Octets, 0);
            Apply(left, _pending.SelectMany(change => Torn(change, chance, share)));
            return left.Octets.ToArray();
        }
    }

    private static IEnumerable<Change> Torn(Change change, Random chance, double share)
    {
        if (change.Octets is not { } octets)
        {
            if (chance.NextDouble() < share)
                yield return change;
            yield break;
        }
        for (var at = 0; at < octets.Length;)
        {
            // Sectors are those of the disk, not of the write.
            var length = (int)Math.Min(octets.Length - at, Sector - ((change.Offset + at) % Sector));
            if (chance.NextDouble() < share)
                yield return new Change(change.Offset + at, octets.AsSpan(at, length).ToArray());
            at += length;
        }
    }

    private static void Apply(FileContent content, IEnumerable<Change> changes)
    {
        foreach (var (offset, octets) in changes)
        {
            if (octets is null)
                content.Truncate(offset);
            else
                content.Write(octets, offset);
        }
    }

    /// <param name="Octets">Null if the file ends at the offset.</param>
    private sealed record Change(long Offset, byte[]? Octets);

    private sealed class FileContent
    {
        private byte[] _octets = [];
        private int _length;

        public ReadOnlySpan<byte> Octets => _octets.AsSpan(0, _length);

        public void Write(ReadOnlySpan<byte> octets, long offset)
        {
            Truncate(Math.Max(_length, offset + octets.Length));
            octets.CopyTo(_octets.AsSpan((int)offset));
        }

        /// <summary>Truncates the file, or extends it with zeros as a file system does.</summary>
        public void Truncate(long length)
        {
            if (length > _octets.Length)
                Array.Resize(ref _octets, Math.Max((int)length, _octets.Length * 2));
            if (length > _length)
                _octets.AsSpan(_length, (int)length - _length).Clear();
            _length = (int)length;
        }
    }
}

internal enum FaultyOperation
{
    Write,
    Sync,
}
