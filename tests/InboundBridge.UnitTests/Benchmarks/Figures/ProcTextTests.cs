using InboundBridge.Benchmarks.Figures;

namespace InboundBridge.UnitTests.Benchmarks.Figures;

public class ProcTextTests
{
    private const string Mounts = """
        22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
        30 22 0:25 / /work rw - overlay overlay rw
        31 30 7:0 / /work/journaled rw shared:7 master:2 - ext4 /dev/loop0 rw
        32 30 7:1 / /work/a\040folder rw - xfs /dev/loop1 rw
        33 30 0:30 / /work/journaled rw - tmpfs tmpfs rw
        34 30 0:31 / /work/twice rw - tmpfs below rw
        """;

    [Theory]
    [InlineData("42 (inboundbridge) S 7 42 42 0 -1 4194304 100 200 0 0 150 50 20 5 20 0 12 0 100 1000 20 18446744073709551615", 7, 2.25)]
    [InlineData("43 (a) R 1 (b) S 8 43 43 0 -1 4194304 100 200 0 0 100 0 0 0 20 0 1 0 100 1000 20 0", 8, 1)]
    [InlineData("44 () S 9 44 44 0 -1 4194304 100 200 0 0 1 2 3 4 20 0 1 0 100 1000 20 0", 9, 0.1)]
    public void Processor_time_has_that_of_ended_children_and_any_name_may_stand_before_it(string text, int parent, double seconds) =>
        Assert.Equal((parent, TimeSpan.FromSeconds(seconds)), ProcText.Stat(text));

    [Fact]
    public void Idle_time_disk_waits_and_time_of_guests_do_not_count_as_busy() =>
        Assert.Equal(
            TimeSpan.FromSeconds(1 + 2 + 4 + 32 + 64 + 128), ProcText.Busy("cpu  100 200 400 80000 1600 3200 6400 12800 99900 99900"));

    [Theory]
    [InlineData("VmRSS:", 2048)]
    [InlineData("VmHWM:", 4096)]
    [InlineData("VmSwap:", 0)]
    public void A_size_is_read_by_its_name_and_is_0_when_the_process_is_ending(string name, long octets) =>
        Assert.Equal(octets, ProcText.Octets(["Name:\tinboundbridge", "VmHWM:\t       4 kB", "VmRSS:\t       2 kB"], name));

    [Theory]
    [InlineData("/var/spool", "ext4", "/dev/sda1")]
    [InlineData("/workshop", "ext4", "/dev/sda1")]
    [InlineData("/work/x", "overlay", "overlay")]
    [InlineData("/work/a folder/spool", "xfs", "/dev/loop1")]
    [InlineData("/work/journaled", "tmpfs", "tmpfs")]
    public void A_folder_is_on_the_deepest_and_latest_mount_above_it(string folder, string type, string source) =>
        Assert.Equal((type, source), ProcText.Mount(Mounts.Split('\n'), folder));
}
