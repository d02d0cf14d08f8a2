using InboundBridge.MailFlow.Spool.Disk;

namespace InboundBridge.UnitTests.MailFlow.Spool.Disk;

public class FileFlushTests
{
    /// <summary>fsync of /dev/null fails (EINVAL). .NET's own calls return as if it had not.</summary>
    [Fact]
    public void A_sync_that_fails_is_told()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/null can't be synced on Linux");
        using var handle = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write);
        Assert.Throws<IOException>(() => FileFlush.Run(handle));
        using var stream = new FileStream("/dev/null", FileMode.Open, FileAccess.Write);
        Assert.Throws<IOException>(() => FileFlush.Run(stream));
    }

    [Fact]
    public void A_file_is_synced_with_what_its_stream_holds_back()
    {
        var path = Path.GetTempFileName();
        using (var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read))
        {
            stream.WriteByte(7);
            FileFlush.Run(stream);
            Assert.Equal(1, new FileInfo(path).Length);
        }
        File.Delete(path);
    }
}
