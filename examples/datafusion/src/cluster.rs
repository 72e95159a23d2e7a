//! A scheduler and executors of Ballista on loopback.

use std::time::Duration;

use ballista::prelude::SessionContextExt;
use ballista_core::serde::protobuf::scheduler_grpc_client::SchedulerGrpcClient;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::SessionState;
use datafusion::prelude::SessionContext;

/// How often a scheduler is asked whether it is there.
const ATTEMPTS: usize = 100;

/// Starts a scheduler and an executor for each state, and returns a context that sends its queries to them.
///
/// Plans name functions and do not carry them: each state has to have those that the queries call.
pub(crate) async fn start(client: SessionState, executors: &[SessionState]) -> Result<SessionContext> {
    let address = ballista_scheduler::standalone::new_standalone_scheduler_from_state(&client).await.map_err(failed)?;
    let url = format!("http://localhost:{}", address.port());
    let mut attempts = 0;
    let scheduler = loop {
        match SchedulerGrpcClient::connect(url.clone()).await {
            Ok(scheduler) => break scheduler,
            Err(error) if attempts == ATTEMPTS => return Err(failed(error)),
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
        attempts += 1;
    };
    for executor in executors {
        // One task at a time, so that the work is shared.
        ballista_executor::new_standalone_executor_from_state(scheduler.clone(), 1, executor).await.map_err(failed)?;
    }
    SessionContext::remote_with_state(&format!("df://localhost:{}", address.port()), client).await
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
