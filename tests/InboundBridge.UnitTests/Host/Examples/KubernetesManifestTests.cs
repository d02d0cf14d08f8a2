using k8s;
using k8s.Models;

namespace InboundBridge.UnitTests.Host.Examples;

/// <summary>
/// The manifests of deploy/kubernetes are read with the types that Kubernetes' own schema makes, where an unknown field is an error.
/// </summary>
public sealed class KubernetesManifestTests
{
    /// <summary>Seconds that a stopping appliance gives to mails that are being received, and then to running deliveries.</summary>
    private const int Drain = 2 * 30;

    private static readonly string Folder = Path.Combine(RepositoryFiles.Root, "deploy/kubernetes");

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Folder, "*.yaml").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_manifest_has_only_fields_that_Kubernetes_knows(string name)
    {
        var text = File.ReadAllText(Path.Combine(Folder, name));
        var objects = Read(text);
        Assert.NotEmpty(objects);
        Assert.All(objects, one => Assert.False(string.IsNullOrEmpty(one.Metadata.Name)));
        // The same with an unknown field, at the top and in the metadata.
        Assert.ThrowsAny<Exception>(() => Read(text.Replace("\nmetadata:", "\nunknown: 1\nmetadata:", StringComparison.Ordinal)));
        Assert.ThrowsAny<Exception>(() => Read(text.Replace("\nmetadata:", "\nmetadata:\n  unknown: 1", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("terminationGracePeriodSeconds:", "terminationGracePeriod:")]
    [InlineData("allowPrivilegeEscalation:", "allowPrivilegesEscalation:")]
    [InlineData("topologyKey:", "topology:")]
    [InlineData("replicas: 3", "replicas: many")]
    public void A_slip_of_the_pen_is_found(string right, string wrong)
    {
        var text = File.ReadAllText(Path.Combine(Folder, "deployment.yaml"));
        Assert.Contains(right, text, StringComparison.Ordinal);
        Assert.ThrowsAny<Exception>(() => Read(text.Replace(right, wrong, StringComparison.Ordinal)));
    }

    [Fact]
    public void What_the_objects_name_exists()
    {
        var pod = Deployment.Spec.Template;
        var container = Assert.Single(pod.Spec.Containers);
        Assert.Equal(Deployment.Spec.Selector.MatchLabels, pod.Metadata.Labels);
        Assert.Equal(
            pod.Spec.Volumes.Select(volume => volume.Name).Order(StringComparer.Ordinal),
            container.VolumeMounts.Select(mount => mount.Name).Order(StringComparer.Ordinal));
        var configuration = All<V1ConfigMap>().Single();
        foreach (var volume in pod.Spec.Volumes.Where(volume => volume.ConfigMap is not null))
        {
            Assert.Equal(configuration.Metadata.Name, volume.ConfigMap.Name);
            Assert.Equal(
                configuration.Data.Keys.Order(StringComparer.Ordinal),
                volume.ConfigMap.Items.Select(item => item.Key).Order(StringComparer.Ordinal));
        }
        Assert.Contains(pod.Spec.Volumes, volume => volume.Secret?.SecretName == All<V1Secret>().Single().Metadata.Name);
        string[] ports = [.. container.Ports.Select(port => port.Name)];
        foreach (var service in All<V1Service>())
        {
            Assert.Equal(pod.Metadata.Labels, service.Spec.Selector);
            Assert.All(service.Spec.Ports, port => Assert.Contains(port.TargetPort.Value, ports));
        }
        Assert.Equal(pod.Metadata.Labels, All<V1PodDisruptionBudget>().Single().Spec.Selector.MatchLabels);
        Assert.Equal(pod.Metadata.Labels, All<V1NetworkPolicy>().Single().Spec.PodSelector.MatchLabels);
    }

    [Fact]
    public void A_pod_has_no_rights_that_it_does_not_need_and_time_to_finish()
    {
        var pod = Deployment.Spec.Template.Spec;
        var container = Assert.Single(pod.Containers);
        Assert.True(pod.SecurityContext.RunAsNonRoot);
        Assert.False(pod.AutomountServiceAccountToken);
        Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
        Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
        Assert.True(pod.TerminationGracePeriodSeconds > Drain + container.Lifecycle.PreStop.Sleep.Seconds);
        Assert.Equal("/healthz", container.LivenessProbe.HttpGet.Path);
        Assert.Equal("/readyz", container.ReadinessProbe.HttpGet.Path);
        var entry = All<V1Service>().Single(service => service.Spec.Type == "LoadBalancer");
        Assert.Equal("Local", entry.Spec.ExternalTrafficPolicy);
    }

    private static V1Deployment Deployment => All<V1Deployment>().Single();

    /// <summary>All objects of a kind.</summary>
    internal static IEnumerable<T> All<T>() =>
        Directory.GetFiles(Folder, "*.yaml").SelectMany(file => Read(File.ReadAllText(file))).OfType<T>();

    private static List<IKubernetesObject<V1ObjectMeta>> Read(string yaml) =>
        [.. KubernetesYaml.LoadAllFromString(yaml, typeMap: null, strict: true).Cast<IKubernetesObject<V1ObjectMeta>>()];
}
