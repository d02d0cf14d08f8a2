using InboundBridge.MailFlow.Spool.Disk;

namespace InboundBridge.UnitTests.MailFlow.Spool.Disk;

public sealed class PrivateFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ib-private-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_is_replaced_as_a_whole_and_is_private_whatever_a_crash_has_left()
    {
        var path = Path.Combine(_folder, "key");
        File.WriteAllText(path, "the old one, which is longer");
        File.WriteAllText(path + ".new", "half of a dra");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path + ".new", PrivateFiles.FileMode | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        PrivateFiles.Replace(path, "the new one"u8);
        Assert.Equal("the new one", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(PrivateFiles.FileMode, File.GetUnixFileMode(path));
    }
}
