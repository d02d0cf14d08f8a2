using InboundBridge.Benchmarks.Senders;

namespace InboundBridge.UnitTests.Benchmarks.Senders;

public class PrivateNetworkTests
{
    [Fact]
    public void A_program_starts_itself_again_with_the_same_arguments()
    {
        Assert.Equal(
            ["/usr/bin/dotnet", "/b/bench.dll", "end-to-end", "--all"],
            PrivateNetwork.Command("/usr/bin/dotnet", ["/b/bench.dll", "end-to-end", "--all"]));
        Assert.Equal(["/b/bench", "end-to-end"], PrivateNetwork.Command("/b/bench", ["/b/bench.dll", "end-to-end"]));
    }
}
