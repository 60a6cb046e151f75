// A number that becomes a scalar of TorchSharp is held by nobody while libtorch reads it: a garbage collection that another thread asks for in that
// moment frees it, and the operation sees another number (TorchSharp 0.107.0; dotnet/TorchSharp, pull requests 1434 and 1496). Tests therefore take turns.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
