using System.Diagnostics;
using System.Text.Json.Nodes;

namespace WassersteinAutoEncoders.Benchmarks;

/// <summary>The process that does the same work in PyTorch, one request at a time.</summary>
internal sealed class PyTorchPeer : IDisposable
{
    private readonly Process _process;

    private PyTorchPeer(Process process, JsonNode told)
        => (_process, Version, Compiles, ProductSpeed) = (process, (string)told["torch"]!, (bool)told["compiles"]!, (double)told["gflops"]!);

    /// <summary>The version of PyTorch.</summary>
    public string Version { get; }

    /// <summary>Whether it has <c>torch.compile</c>.</summary>
    public bool Compiles { get; }

    /// <summary>GFlop/s of a product of 512 × 512 matrices on one thread: with a reference BLAS, which some distributions install first, a comparison of networks says nothing.</summary>
    public double ProductSpeed { get; }

    /// <summary>Starts the peer, or returns <see langword="null"/> where no Python with PyTorch is found.</summary>
    /// <param name="python">The interpreter.</param>
    /// <param name="script">The program beside this one: <c>peer.py</c> for PyTorch itself, <c>libraries.py</c> for libraries over it.</param>
    public static PyTorchPeer? TryStart(string python, string script)
    {
        var start = new ProcessStartInfo(python) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, script));
        try
        {
            var process = Process.Start(start)!;
            if (process.StandardOutput.ReadLine() is { } greeting)
            {
                return new PyTorchPeer(process, JsonNode.Parse(greeting)!);
            }

            process.Dispose();
            return null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>The seconds of each round of a case; the first call of a case warms it up first.</summary>
    public IEnumerable<double> Measure(JsonObject request, int rounds)
    {
        var copy = (JsonObject)request.DeepClone();
        copy["rounds"] = rounds;
        _process.StandardInput.WriteLine(copy.ToJsonString());
        var answer = _process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException($"The PyTorch process ended at {copy.ToJsonString()}: its message is above.");
        return JsonNode.Parse(answer)!["seconds"]!.AsArray().Select(s => (double)s!);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
