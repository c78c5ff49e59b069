using System.Diagnostics;
using System.Threading.Channels;

namespace IqdbFlat.Samples.Tests;

/// <summary>A sample as a process of its own, as a reader runs it.</summary>
internal sealed class SampleProcess : IAsyncDisposable
{
    // A busy machine is slow; a program that hangs must still end.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly Channel<string> _printed = Channel.CreateUnbounded<string>();
    private readonly List<string> _seen = [];
    private readonly Task<string> _errors;

    private SampleProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
                _printed.Writer.Complete();
            else
                _printed.Writer.TryWrite(line.Data);
        };
        process.BeginOutputReadLine();
    }

    /// <summary>The text of the README beside a sample.</summary>
    public static string ReadmeOf(string sample) => File.ReadAllText(Path.Combine(Folder(sample), "README.md"));

    /// <summary>Starts a sample that was built with these tests, in the folder of its program.</summary>
    public static SampleProcess Start(string sample, params string[] arguments)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string folder = Path.Combine(Folder(sample), "bin", configuration, "net10.0");
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(folder, $"IqdbFlat.Samples.{sample}.dll"));
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        return new(Process.Start(start)!);
    }

    /// <summary>Runs a sample to its end and gives what it printed.</summary>
    public static async Task<string[]> RunAsync(string sample, params string[] arguments)
    {
        await using var process = Start(sample, arguments);
        while (await process.NextAsync() is not null)
        {
            // The line is kept.
        }

        using var patience = new CancellationTokenSource(Patience);
        await process._process.WaitForExitAsync(patience.Token);
        Assert.True(process._process.ExitCode == 0, $"{sample} ended with {process._process.ExitCode}: {await process.ToldAsync()}");
        return [.. process._seen];
    }

    /// <summary>Waits for a line that holds a text, and gives what follows it there.</summary>
    public async Task<string> WaitForAsync(string text)
    {
        while (await NextAsync() is { } line)
        {
            int found = line.IndexOf(text, StringComparison.Ordinal);
            if (found >= 0)
                return line[(found + text.Length)..];
        }

        throw new InvalidOperationException($"The program ended before it printed '{text}': {await ToldAsync()}");
    }

    /// <summary>Ends the process at once, as a crash does.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private static string Folder(string sample)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "IqdbFlat.Orleans.sln")))
                return Path.Combine(folder.FullName, "samples", sample);
        }

        throw new InvalidOperationException($"There is no IqdbFlat.Orleans.sln above {AppContext.BaseDirectory}.");
    }

    private async Task<string?> NextAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            if (!await _printed.Reader.WaitToReadAsync(patience.Token))
                return null;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The program has printed nothing for {Patience.TotalMinutes} minutes, after: {string.Join('\n', _seen)}");
        }

        _printed.Reader.TryRead(out string? line);
        _seen.Add(line!);
        return line;
    }

    private async Task<string> ToldAsync() => $"{string.Join('\n', _seen)}\n{await _errors}";
}
