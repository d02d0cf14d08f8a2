using InboundBridge.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.MailFlow.Spool.Sqlite.Log;

/// <summary>
/// How much of the log is surely on the disk. SQLite writes a commit into the log and leaves the sync to us (<c>synchronous=NORMAL</c>), so that the next
/// transaction can be prepared meanwhile. A sync that failed makes the kernel forget what it had to write: the pages can be read and are not on the disk, no
/// later sync writes them, and what is added behind them would be lost with them. Therefore the log is then cut back to what was synced.
/// Used by one thread at a time.
/// </summary>
/// <param name="isEmpty">All commits lie in the database.</param>
internal sealed class SyncedLog(ILogFile file, int pageSize, bool isEmpty = true) : IDisposable
{
    private const int Header = 32;
    private const int FrameHeader = 24;
    private const int Unknown = -1;

    /// <summary>Frames of the log that a commit needs and that are durable; 0: all commits lie in the database.</summary>
    private int _frames = isEmpty ? 0 : Unknown;

    /// <param name="frames">How many the log has with the last commit.</param>
    /// <exception cref="SqliteFault">The commits since the last sync may be lost.</exception>
    public void Sync(int frames)
    {
        file.Sync();
        _frames = frames;
    }

    /// <summary>
    /// SQLite has moved what it could into the database, and synced that. Where it was all of it, the next commit may begin the log anew: what is in the log until
    /// then is needed no more. Where it failed, nobody knows which of both it will be.
    /// </summary>
    public void Moved(LogMove move)
    {
        if (move.IsComplete)
            _frames = 0;
        else if (move.HasFailed)
            _frames = Unknown;
    }

    /// <summary>After a sync that failed, with the database closed: leaves the commits that were synced, and where that is not known all that can be read.</summary>
    /// <exception cref="SqliteFault">The disk refuses this, too.</exception>
    public void CutBack()
    {
        if (_frames != Unknown)
            file.Cut(_frames == 0 ? 0 : Header + (_frames * (long)(FrameHeader + pageSize)));
    }

    public void Dispose() => file.Dispose();
}
