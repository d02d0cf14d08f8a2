using InboundBridge.Setup.Reloading;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.Host.Setup.Reloading;

/// <summary>No change of what the rules are made of is missed, wherever symbolic links lead.</summary>
public sealed class WatchPlanTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("watch-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_tree_is_watched_with_everything_below_and_its_own_name_in_the_folder_above()
    {
        Make("rules/sub");
        var plan = new WatchPlan();
        plan.AddTree(At("rules"));
        Assert.Contains(plan.Folders, folder => folder.Path == At("rules") && folder.Names is null);
        Assert.Contains(plan.Folders, folder => folder.Path == _folder && folder.Names!.Contains("rules"));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_waited_for()
    {
        var plan = new WatchPlan();
        plan.AddTree(At("rules"));
        Assert.Equal(["rules"], Assert.Single(plan.Folders).Names!);
    }

    [Fact]
    public void Each_link_on_the_way_to_a_file_is_watched_and_what_it_leads_to()
    {
        Make("mount/..2026");
        File.WriteAllText(At("mount/..2026/vips.txt"), "x");
        Directory.CreateSymbolicLink(At("mount/..data"), "..2026");
        File.CreateSymbolicLink(At("mount/vips.txt"), "..data/vips.txt");
        var plan = new WatchPlan();
        plan.Add(At("mount/vips.txt"));
        Assert.Equal(
            ["..data", "vips.txt"], plan.Folders.Single(folder => folder.Path == At("mount")).Names!.Order(StringComparer.Ordinal));
        Assert.Equal(["vips.txt"], plan.Folders.Single(folder => folder.Path == At("mount/..2026")).Names!);
    }

    [Fact]
    public void Links_in_a_tree_are_followed_and_those_that_lead_back_end()
    {
        Make("rules/sub");
        Make("elsewhere");
        Directory.CreateSymbolicLink(At("rules/sub/more"), At("elsewhere"));
        Directory.CreateSymbolicLink(At("elsewhere/back"), At("rules"));
        var plan = new WatchPlan();
        plan.AddTree(At("rules"));
        Assert.Equal(
            [At("elsewhere"), At("rules")],
            plan.Folders.Where(folder => folder.Names is null).Select(folder => folder.Path).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("a new file in a new folder below")]
    [InlineData("a folder that is put in the place of the old one")]
    [InlineData("a link that is turned")]
    public async Task A_change_is_told(string change)
    {
        Make("mount/..1/sub");
        Make("mount/..2/sub");
        Make("fresh");
        Directory.CreateSymbolicLink(At("mount/..data"), "..1");
        Directory.CreateSymbolicLink(At("rules"), "mount/..data");
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watch = new FolderWatch(() => told.TrySetResult(), NullLogger.Instance);
        var plan = new WatchPlan();
        plan.AddTree(At("rules"));
        watch.Follow(plan.Folders);
        Action act = change switch
        {
            "a new file in a new folder below" => () => Make("mount/..1/new"),
            "a folder that is put in the place of the old one" => () =>
            {
                File.Delete(At("rules"));
                Directory.Move(At("fresh"), At("rules"));
            }
            ,
            _ => () =>
            {
                File.Delete(At("mount/..data"));
                Directory.CreateSymbolicLink(At("mount/..data"), "..2");
            }
            ,
        };
        act();
        await told.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    private string At(string path) => Path.Combine(_folder, path);

    private void Make(string path) => Directory.CreateDirectory(At(path));
}
